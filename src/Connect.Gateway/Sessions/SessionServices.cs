using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Contracts.Storage;
using Connect.Gateway.Commands;
using Connect.Gateway.Fanout;
using Connect.Gateway.Limits;
using Connect.Gateway.Metrics;
using Connect.Gateway.People;
using Connect.Gateway.Signals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Sessions;

/// <summary>What all sessions of a node share.</summary>
internal sealed class SessionServices(
    IConversations conversations,
    IConversationReader reader,
    IConversationIndex index,
    IDirectConversationIds directIds,
    IStoreIncarnation store,
    IHotTail hotTail,
    ISessionDirectory directory,
    IAccessTokens tokens,
    SessionHub hub,
    SessionWheel wheel,
    KnownUsers users,
    RateLimits rates,
    PeerCheck peers,
    IRelations relations,
    TypingService typing,
    PresenceService presence,
    NodeLoad load,
    GatewayMetrics metrics,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<SessionServices> log
)
{
    public IConversations Conversations { get; } = conversations;

    public IConversationReader Reader { get; } = reader;

    public IConversationIndex Index { get; } = index;

    public IDirectConversationIds DirectIds { get; } = directIds;

    public IStoreIncarnation Store { get; } = store;

    public ISessionDirectory Directory { get; } = directory;

    public IAccessTokens Tokens { get; } = tokens;

    public SessionHub Hub { get; } = hub;

    public SessionWheel Wheel { get; } = wheel;

    public KnownUsers Users { get; } = users;

    public RateLimits Rates { get; } = rates;

    public PeerCheck Peers { get; } = peers;

    public TypingService Typing { get; } = typing;

    public NodeLoad Load { get; } = load;

    public GatewayMetrics Metrics { get; } = metrics.WatchQueues(() => hub.Waiting);

    public PresenceService Presence { get; } = presence;

    public ConversationList List { get; } = new(index, reader, users, relations, time, options);

    public EntryReaders Readers { get; } = new(reader, relations);

    public ConversationHistory History { get; } = new(reader, options);

    public TimeProvider Time { get; } = time;

    public GatewayOptions Options { get; } = options.Value;

    public ILogger Log { get; } = log;

    public SyncPager SyncPager { get; } = new(reader, hotTail, time, options.Value);

    public long UnixNow => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
