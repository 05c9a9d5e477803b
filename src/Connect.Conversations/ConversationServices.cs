using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Conversations.Groups;
using Connect.Conversations.History;
using Connect.Conversations.Leaving;
using Connect.Conversations.Lists;
using Connect.Conversations.Marking;
using Connect.Conversations.Requests;
using Connect.Conversations.Routing;
using Connect.Conversations.Sending;
using Connect.Conversations.State;
using Connect.Conversations.Sweeping;
using Connect.Conversations.Writing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Connect.Conversations;

/// <summary>Registration of the writers of conversations and of the use cases that all doors share.</summary>
public static class ConversationServices
{
    /// <summary>
    /// Needs the ports of a store, a silo, <see cref="IPublisher"/>, <see cref="IRelations"/>,
    /// <see cref="IUserNames"/> and <see cref="ISendBudget"/>; the system's <see cref="TimeProvider"/> is used unless
    /// another is registered. Options: <see cref="ConversationOptions"/>, <see cref="GroupOptions"/>,
    /// <see cref="IndexSweepOptions"/>,
    /// <see cref="ReadingOptions"/>, <see cref="SendingOptions"/>.
    /// </summary>
    public static IServiceCollection AddConversations(this IServiceCollection services)
    {
        services.AddConversationWriters();
        services.TryAddSingleton<IConversations, ConversationRouter>();
        services.AddSingleton<ConversationList>();
        services.AddSingleton<ConversationHistory>();
        services.AddSingleton<EntryReaders>();
        services.AddSingleton<ConversationPreferences>();
        services.AddOptions<GroupOptions>();
        services.AddSingleton<GroupChanges>();
        services.AddSingleton<Invites>();
        services.AddSingleton<ConversationMarks>();
        services.AddSingleton<PeerCheck>();
        services.TryAddSingleton<SendMetrics>();
        services.AddSingleton<MessageSending>();
        services.AddSingleton<DirectRequests>();
        services.AddSingleton<IDirectConversations>(provider => provider.GetRequiredService<DirectRequests>());
        services.AddSingleton<IConversationDepartures, ConversationLeaver>();
        return services;
    }

    /// <summary>What the grains of conversations need, without the use cases.</summary>
    public static IServiceCollection AddConversationWriters(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ConversationOptions>();
        services.TryAddSingleton<ActivationTable>();
        services.AddOptions<IndexSweepOptions>();
        services.AddSingleton<IndexSweep>();
        services.AddHostedService<IndexSweepService>();
        services.AddHostedService<ListOrderService>();
        services.TryAddSingleton<RecentMoves>();
        return services;
    }
}
