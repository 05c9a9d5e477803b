using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Gateway.AccountLife;

/// <summary>Asks the grain of the group.</summary>
internal sealed class GroupDeparture(IGrainFactory grains) : IGroupDeparture
{
    public async Task<AppendStatus> ChangeAsync(ConversationId group, ChangeRequest request) =>
        (await grains.GetConversation(group).ChangeAsync(request)).Status;
}
