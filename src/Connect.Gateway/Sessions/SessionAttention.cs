using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Gateway.Sessions;

/// <summary>
/// What a client said of its user's attention; kept as said until it says otherwise or the session ends.
/// </summary>
/// <param name="IsBackground">Nobody looks: no typing and no presence are pushed.</param>
/// <param name="Open">The conversations on screen.</param>
internal sealed record SessionAttention(bool IsBackground, ImmutableArray<ConversationId> Open)
{
    public static readonly SessionAttention Unknown = new(false, []);
    public static readonly SessionAttention Background = new(true, []);
}
