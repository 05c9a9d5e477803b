using System.Collections.Concurrent;
using System.Collections.Immutable;
using Connect.Accounts.Identity;
using Connect.Accounts.Names;
using Connect.Accounts.People;
using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations;
using Connect.Conversations.Routing;
using Connect.Delivery.Directory;
using Connect.Delivery.Typing;
using Connect.Delivery.Watching;
using Connect.Doors;
using Connect.Doors.Limits;
using Connect.Gateway.Connections;
using Connect.Gateway.Metrics;
using Connect.Gateway.Sessions;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Connect.Server.Metrics;
using Connect.Storage.InMemory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Entry = Connect.Contracts.Conversations.Entry;

namespace Connect.Tests.Gateway;

/// <summary>The gateway of one node without sockets and grains, on a clock the test moves.</summary>
internal sealed class GatewayHarness : IDisposable, ISessionDirectory, IAccessTokens, IHotTail, IPublisher
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly InMemoryUserStore _users = new();
    private readonly ServiceProvider _services;
    private readonly ConcurrentBag<TestLink> _links = [];
    private int _storeReads;
    private readonly ConcurrentDictionary<string, AccessTokenResult> _tokens = new();

    public GatewayHarness(
        Action<GatewayOptions>? configure = null,
        Func<IConversationReader, IConversationReader>? wrap = null,
        Action<RateOptions>? rates = null
    )
    {
        configure?.Invoke(Options);
        rates?.Invoke(Rates);
        Store = new(Time);
        People = new(_users);
        PeopleReads = new(People);
        Partition = new(0, "incarnation", new(new(), Time), new(new(), Time));
        Partition.Complete();
        Relations = new(
            PeopleReads,
            _users,
            Microsoft.Extensions.Options.Options.Create(new PeopleOptions { RelationMemory = TimeSpan.Zero }),
            Time
        );
        Conversations = new(Store, publication => Publish!(publication), Time);
        Publish = Deliver;
        _services = Register(wrap).BuildServiceProvider();
    }

    private ServiceCollection Register(Func<IConversationReader, IConversationReader>? wrap)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IConversations>(Conversations);
        services.AddConnectDoors();
        services.AddConnectGateway();
        services.AddConversations();
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(Options));
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(Rates));
        services.AddSingleton(Load);
        services.AddSingleton(provider =>
        {
            var metrics = provider.GetRequiredService<StoreReadMetrics>();
            var counted = CountingProxy.Create<IConversationReader>(wrap?.Invoke(Store) ?? Store, Count);
            return (IConversationReader)new MeteredReader(counted, metrics);
        });
        services.AddSingleton<IConversationIndex>(provider => new MeteredIndex(
            CountingProxy.Create<IConversationIndex>(Store, Count),
            provider.GetRequiredService<StoreReadMetrics>()
        ));
        services.AddSingleton<StoreReadMetrics>();
        services.AddSingleton<IDirectConversationIds>(Keys);
        services.AddSingleton<IStoreIncarnation>(Store);
        services.AddSingleton<IUserNames>(provider => new KnownUsers(
            _users,
            provider.GetRequiredService<IOptions<NameOptions>>()
        ));
        services.AddSingleton<IRelations>(Relations);
        services.AddSingleton<ISessionDirectory>(this);
        services.AddSingleton<IAccessTokens>(this);
        services.AddSingleton<IHotTail>(this);
        services.AddSingleton<IPublisher>(this);
        services.AddSingleton<MemberCache>();
        services.AddSingleton<TypingService>();
        services.AddSingleton<PresenceFeed>();
        services.AddSingleton<PresenceService>();
        return services;
    }

    public GatewayOptions Options { get; } = new();

    public RateOptions Rates { get; } = new();

    /// <summary>Whether the node lacks memory.</summary>
    public NodeLoad Load { get; } = new();

    public GatewayMetrics Metrics => Get<GatewayMetrics>();

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    public InMemoryStore Store { get; }

    /// <summary>Who blocks whom.</summary>
    public InMemoryRelations People { get; }

    /// <summary>The way the gateway reads it.</summary>
    public FaultyRelations PeopleReads { get; }

    /// <summary>How many users each question for presence named.</summary>
    public ConcurrentQueue<int> Watched { get; } = new();

    public InMemoryKeys Keys { get; } = new();

    public TimerWheel Wheel => Get<TimerWheel>();

    public SessionTable Table => Get<SessionTable>();

    public ISessionHub Delivery => Get<ISessionHub>();

    /// <summary>What the store says of people, read through no memory.</summary>
    public Relations Relations { get; }

    public PresenceService Presence => Get<PresenceService>();

    /// <summary>The one partition of all users.</summary>
    public DirectoryPartition Partition { get; }

    public TestConversations Conversations { get; }

    /// <summary>Where what the writers publish goes: through the fan-out, unless a test takes it.</summary>
    public Action<Publication> Publish { get; set; }

    /// <summary>A part of the gateway.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public NodeId Node { get; } = NodeId.NewRandom();

    public ConcurrentQueue<string> RouteLog { get; } = new();

    /// <summary>Awaited by each registration of a route.</summary>
    public Func<Task> BeforeRegister { get; set; } = () => Task.CompletedTask;

    /// <summary>Happens between a route and what is said of it.</summary>
    public Action AfterRegister { get; set; } = () => { };

    /// <summary>Awaited by each question for presence.</summary>
    public Func<Task> BeforeWatch { get; set; } = () => Task.CompletedTask;

    /// <summary>What the store says of a login at the moment a session of it can be found.</summary>
    public Func<AccessTokenResult, AccessTokenStatus> LoginStatus { get; set; } = _ => AccessTokenStatus.Valid;

    /// <summary>In every test: whatever was written to anybody is what a client takes.</summary>
    public void Dispose()
    {
        _services.Dispose();
        Assert.All(_links, link => Assert.Null(link.Violation));
    }

    /// <summary>How often conversations and lists were read from the store.</summary>
    public int StoreReads => Volatile.Read(ref _storeReads);

    /// <summary>The way of the fan-out: through the recipients' partition to the sessions.</summary>
    public void Deliver(Publication publication)
    {
        foreach (var user in publication.Recipients)
        {
            Partition.Publish(user, publication);
        }

        Delivery.Deliver([publication]);
    }

    /// <summary>Tells the watchers what changed in the partition.</summary>
    public void TellPresence()
    {
        var (changes, invalidations) = (new List<PresenceStatus>(), new List<PresenceInvalidation>());
        Partition.TakeUpdates((_, change) => changes.Add(change), (_, invalidation) => invalidations.Add(invalidation));
        Delivery.DeliverPresence(new([.. changes], [.. invalidations]));
    }

    public async Task<UserId> NewUserAsync(string name)
    {
        var user = UserId.NewRandom();
        Assert.True(await _users.CreateAsync(new(user, name, name, null, 0, false, 1)));
        return user;
    }

    /// <summary>Hides a user's presence, or shows it.</summary>
    public async Task HideAsync(UserId user, bool hides)
    {
        var account = (await _users.GetAsync(user, CancellationToken.None))!;
        var privacy = new Contracts.Accounts.Privacy(hides, HidesReads: false);
        Assert.True(await _users.UpdateAsync(account with { Privacy = privacy, Version = account.Version + 1 }));
        Presence.PrivacyChanged(user, privacy);
    }

    public string NewToken(UserId user, DeviceId device, TimeSpan? life = null)
    {
        var token = Guid.NewGuid().ToString();
        var expires = (Time.GetUtcNow() + (life ?? TimeSpan.FromDays(1))).ToUnixTimeMilliseconds();
        _tokens[token] = AccessTokenResult.Valid(user, device, expires);
        return token;
    }

    public string NewExpiredToken()
    {
        var token = Guid.NewGuid().ToString();
        _tokens[token] = AccessTokenResult.Expired;
        return token;
    }

    /// <summary>A connection that said nothing yet.</summary>
    public TestClient Dial(FrameCodec? codec = null, ClientAddress address = default)
    {
        var link = new TestLink(Wheel, codec ?? FrameCodec.Protobuf);
        _links.Add(link);
        return new(Get<SessionFactory>().Create(link, address), link);
    }

    /// <summary>A connection after <c>welcome</c>.</summary>
    public async Task<TestClient> ConnectAsync(
        UserId user,
        DeviceId device = default,
        TimeSpan? life = null,
        FrameCodec? codec = null,
        ClientAddress address = default
    )
    {
        var client = Dial(codec, address);
        device = device.IsNone ? DeviceId.NewRandom() : device;
        var hello = new Hello { Token = NewToken(user, device, life), DeviceId = device.ToString() };
        var answer = await client.AskAsync(new() { Hello = hello });
        Assert.Equal(ServerFrame.BodyOneofCase.Welcome, answer.BodyCase);
        return client;
    }

    /// <summary>A connection that synced.</summary>
    public async Task<TestClient> ConnectLiveAsync(UserId user, FrameCodec? codec = null)
    {
        var client = await ConnectAsync(user, codec: codec);
        await client.SyncAsync();
        return client;
    }

    /// <summary>Lets time pass as a running process sees it, tick by tick.</summary>
    public void Pass(TimeSpan time, Action? onTick = null)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Tick)
        {
            Time.Advance(Tick);
            onTick?.Invoke();
        }
    }

    /// <summary>What the gateway itself published.</summary>
    public ConcurrentQueue<Publication> Published { get; } = new();

    void IPublisher.Publish(Publication publication)
    {
        Published.Enqueue(publication);
        Deliver(publication);
    }

    async ValueTask<RouteRegistration> ISessionDirectory.RegisterAsync(
        UserId user,
        SessionId session,
        ResumeClaim? claim
    )
    {
        await BeforeRegister();
        RouteLog.Enqueue($"+{session}");
        var registration = Partition.Register(new(user, session, Node), claim);
        AfterRegister();
        return registration;
    }

    ValueTask ISessionDirectory.UnregisterAsync(UserId user, SessionId session, RouteEnding ending)
    {
        RouteLog.Enqueue($"-{session}");
        Partition.Remove(new(user, session, Node), ending);
        return ValueTask.CompletedTask;
    }

    async ValueTask<ImmutableArray<PresenceStatus>> ISessionDirectory.WatchAsync(ImmutableArray<UserId> users)
    {
        await BeforeWatch();
        Watched.Enqueue(users.Length);
        return [.. users.Select(user => Partition.Watch(user, Node))];
    }

    ValueTask ISessionDirectory.InvalidateAsync(UserId user, UserId with)
    {
        Partition.Invalidate(user, with);
        return ValueTask.CompletedTask;
    }

    ValueTask<AccessTokenResult> IAccessTokens.ValidateAsync(string token) =>
        ValueTask.FromResult(_tokens.GetValueOrDefault(token, AccessTokenResult.Unauthenticated));

    ValueTask<bool> IAccessTokens.RegisterDeviceAsync(AccessTokenResult token, DeviceId device, string agent) =>
        ValueTask.FromResult(true);

    ValueTask<AccessTokenStatus> IAccessTokens.RecheckAsync(AccessTokenResult token) =>
        ValueTask.FromResult(LoginStatus(token));

    private void Count() => Interlocked.Increment(ref _storeReads);

    bool IHotTail.TryRead(UserId reader, ConversationId conversation, long after, out ImmutableArray<Entry> entries)
    {
        entries = [];
        return false;
    }
}
