using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Gateway.AccountLife;

/// <summary>How a user leaves a group: by its writer, since a departure is an entry that all members see.</summary>
internal interface IGroupDeparture
{
    Task<AppendStatus> ChangeAsync(ConversationId group, ChangeRequest request);
}
