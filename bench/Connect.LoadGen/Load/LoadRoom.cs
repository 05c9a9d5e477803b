using Connect.LoadGen.Checking;

namespace Connect.LoadGen.Load;

/// <summary>Those who send to each other: a conversation, or a room of the relay.</summary>
internal sealed class LoadRoom
{
    public SharedOrder Order { get; } = new();

    /// <summary>Everybody.</summary>
    public List<LoadMember> Members { get; } = [];

    /// <summary>Those who send, by their number.</summary>
    public List<Outlet> Senders { get; } = [];

    /// <summary>Every message sent, at everybody.</summary>
    public void Settle()
    {
        foreach (var member in Members)
        {
            member.Log.Settle([.. Senders.Select(each => each == member.Outlet && !each.HasAcks ? 0 : each.Sent)]);
        }
    }
}
