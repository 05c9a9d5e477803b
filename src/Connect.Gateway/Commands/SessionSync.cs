using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>How far the sync of one session got: what its parts have said so far, then what is left to read.</summary>
internal sealed class SessionSync
{
    public Dictionary<ConversationId, long> Positions { get; } = [];

    public SyncMode Mode { get; set; }

    /// <summary>What is left to read; null: no sync is under way.</summary>
    public SyncWork? Work { get; set; }

    /// <summary>Forgets what the parts said, and gives the memory back.</summary>
    public void ForgetParts()
    {
        Positions.Clear();
        Positions.TrimExcess();
        Mode = SyncMode.Unspecified;
    }
}
