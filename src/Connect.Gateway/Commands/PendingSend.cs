using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;

namespace Connect.Gateway.Commands;

/// <summary>A send that waits for its turn or its outcome.</summary>
/// <param name="Request">To be answered.</param>
/// <param name="Peer">The other user, when the conversation was named by them; none otherwise.</param>
/// <param name="Item">The message.</param>
/// <param name="Began">When it came in, if anybody wants to know; else 0.</param>
internal readonly record struct PendingSend(SessionRequest Request, UserId Peer, AppendItem Item, long Began = 0);
