using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Gateway.AccountLife;

namespace Connect.Tests.Http;

/// <summary>There are no groups here.</summary>
internal sealed class NoGroupDeparture : IGroupDeparture
{
    public Task<AppendStatus> ChangeAsync(ConversationId group, ChangeRequest request) =>
        throw new InvalidOperationException("There is no group here.");
}
