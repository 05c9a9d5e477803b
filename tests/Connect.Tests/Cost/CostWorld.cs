using System.Text.Json;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Routing;
using Connect.Doors.Limits;
using Connect.Gateway.Sessions;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Connect.Storage.InMemory;
using Connect.Storage.Reading;
using Connect.Tests.Gateway;
using Connect.Tests.Http;
using Connect.Tests.Identity;
using Connect.Tests.Storage.Conformance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Cost;

/// <summary>
/// One user, over HTTP and a socket, with as much around them as the sizes say, on stores whose work is counted.
/// </summary>
internal sealed class CostWorld : IAsyncDisposable
{
    /// <summary>Small enough that nothing ends while a test waits for another thread.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>The longest that a writer waits before it tells or writes: receipts of a group, marks.</summary>
    private static readonly TimeSpan Gathered = TimeSpan.FromSeconds(1);

    private readonly HttpPipeline _http;
    private readonly Sizes _sizes;
    private readonly List<TestClient> _clients = [];
    private (string Token, string Device) _login;
    private (string Token, string Device) _other;
    private TestClient _client = null!;

    private CostWorld(HttpPipeline http, WorkMeter meter, Sizes sizes) => (_http, Meter, _sizes) = (http, meter, sizes);

    public WorkMeter Meter { get; }

    public UserId Me { get; private set; }

    /// <summary>The group with the messages and the members.</summary>
    public ConversationId Group { get; private set; }

    /// <summary>A direct conversation of the caller.</summary>
    public ConversationId Direct { get; private set; }

    /// <summary>A group they are invited to.</summary>
    public ConversationId Invited { get; private set; }

    /// <summary>Another one.</summary>
    public ConversationId OtherInvited { get; private set; }

    /// <summary>A second device of the caller.</summary>
    public string OtherDevice => _other.Device;

    /// <summary>Somebody they have nothing to do with.</summary>
    public UserId Stranger { get; } = UserId.NewRandom();

    /// <summary>A contact who is in the group.</summary>
    public UserId Contact { get; } = UserId.NewRandom();

    /// <summary>Somebody they block.</summary>
    public UserId Blocked { get; } = UserId.NewRandom();

    /// <summary>Somebody who asks to be a contact.</summary>
    public UserId Asking { get; } = UserId.NewRandom();

    /// <summary>Another one.</summary>
    public UserId AlsoAsking { get; } = UserId.NewRandom();

    public static async Task<CostWorld> StartAsync(Sizes sizes)
    {
        var meter = new WorkMeter();
        var http = await HttpPipeline.StartAsync(services => Measure(services, meter));
        var world = new CostWorld(http, meter, sizes);
        var (_, user) = await http.LoginAsync("caller");
        Assert.True(UserId.TryParse(user, out var me));
        world.Me = me;
        await world.FillAsync();
        world._other = await world.LoginAsync();
        world._login = await world.LoginAsync();
        world._client = await world.ConnectAsync(world._login);
        await world.WatchAsync();
        return world;
    }

    /// <summary>A request of the user, which must succeed.</summary>
    public async Task HttpAsync(string method, string path, object? body = null)
    {
        var key = ("Idempotency-Key", Guid.CreateVersion7(_http.Time.GetUtcNow()).ToString());
        var text = body is null ? null : JsonSerializer.Serialize(body);
        var answer = await _http.SendAsync(method, path, text, _login.Token, key);
        Assert.True((int)answer.Status < 400, $"{method} {path}: {answer.Status} {answer.Body}");
    }

    public static string NameOf(UserId user) => "u" + user.ToString()[..20].ToLowerInvariant();

    /// <summary>Logs in anew and deletes the account; the session of before is over.</summary>
    public async Task DeleteAccountAsync()
    {
        _login = await LoginAsync();
        Meter.Reset();
        await HttpAsync("DELETE", "/v1/me", new { password = IdentityWorld.Password });
    }

    /// <summary>A frame of the user, which must be answered without an error.</summary>
    public async Task AskAsync(ClientFrame frame)
    {
        var asked = _client.AskAsync(frame);
        await Eventually.TrueAsync(() => asked.IsCompleted || !Pass(Step), $"the answer to {frame.BodyCase}");
        var answer = await asked;
        Assert.True(answer.Err is null, $"{frame}: {answer}");
    }

    /// <summary>Lets end what an answer did not wait for: receipts that are gathered, marks that wait.</summary>
    public async Task SettleAsync()
    {
        var writers = _http.Services.GetRequiredService<PumpConversations>();
        await writers.IdleAsync();
        for (var passed = TimeSpan.Zero; passed < Gathered; passed += Step)
        {
            Pass(Step);
        }

        await writers.IdleAsync();
    }

    /// <summary>Bytes that the caller's sessions make the node hold.</summary>
    public long HeldBytes => _clients.Where(each => each.Session.IsOpen).Sum(each => each.Session.HeldBytes);

    /// <summary>The cid of a message that is sent now.</summary>
    public string NewCid() => new Cid(Guid.CreateVersion7(_http.Time.GetUtcNow())).ToString();

    /// <summary>A frame without an answer.</summary>
    public async Task TellAsync(ClientFrame frame) => await _client.ReceiveAsync(frame);

    /// <summary>Connects the second device.</summary>
    public Task ConnectAsync() => ConnectAsync(_other);

    private async Task<TestClient> ConnectAsync((string Token, string Device) login)
    {
        var link = new TestLink(_http.Services.GetRequiredService<TimerWheel>(), FrameCodec.Protobuf);
        var client = new TestClient(_http.Services.GetRequiredService<SessionFactory>().Create(link, default), link);
        var hello = new Hello { Token = login.Token, DeviceId = login.Device };
        var answer = await client.AskAsync(new() { Hello = hello });
        Assert.True(answer.Welcome is not null, answer.ToString());
        _clients.Add(client);
        return client;
    }

    private bool Pass(TimeSpan time)
    {
        _http.Time.Advance(time);
        return true;
    }

    private async Task WatchAsync()
    {
        var watch = new Watch();
        watch.Add.Add(Enumerable.Range(0, _sizes.Watched).Select(_ => UserId.NewRandom().ToString()));
        await AskAsync(new() { Watch = watch });
    }

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    private async Task<(string Token, string Device)> LoginAsync()
    {
        var login = new
        {
            grant = "password",
            username = "caller",
            password = IdentityWorld.Password,
        };
        var answer = await _http.SendAsync("POST", "/v1/tokens", JsonSerializer.Serialize(login));
        return (answer.Json.GetProperty("access_token").GetString()!, answer.Json.GetProperty("device").GetString()!);
    }

    private static void Measure(IServiceCollection services, WorkMeter meter)
    {
        services.AddSingleton(provider => meter.Of<IConversationStore>(provider.GetRequiredService<InMemoryStore>()));
        services.AddSingleton<IConversationReader>(provider => new ConversationReads(
            meter.Of<IConversationRows>(provider.GetRequiredService<InMemoryStore>()),
            provider.GetRequiredService<TimeProvider>(),
            TimeSpan.FromDays(30)
        ));
        services.AddSingleton(provider => meter.Of<IConversationIndex>(provider.GetRequiredService<InMemoryStore>()));
        services.AddSingleton(provider => meter.Of<IUserStore>(provider.GetRequiredService<InMemoryUserStore>()));
        services.AddSingleton(provider =>
            meter.Of<IRelationStore>(ActivatorUtilities.CreateInstance<InMemoryRelations>(provider))
        );
        services.AddSingleton<PumpConversations>();
        services.AddSingleton<IConversations>(provider => provider.GetRequiredService<PumpConversations>());
        services.AddSingleton(provider => new CountedDelivery(
            ActivatorUtilities.CreateInstance<SessionDelivery>(provider),
            meter
        ));
        services.AddSingleton<ISessionHub>(provider => provider.GetRequiredService<CountedDelivery>());
        services.AddSingleton<IPublisher>(provider => provider.GetRequiredService<CountedDelivery>());
        services.AddSingleton(Options.Create(new RateOptions()));

        // So that a sync has more than one page.
        services.AddSingleton(Options.Create(new GatewayOptions { SyncPageEntries = 10 }));
    }

    private async Task FillAsync()
    {
        var store = _http.Services.GetRequiredService<IConversationStore>();
        foreach (var user in new[] { Stranger, Contact, Blocked, Asking, AlsoAsking })
        {
            await AddUserAsync(user);
        }

        Direct = await AddTalkAsync(store, Contact);
        for (var i = 1; i < _sizes.Conversations; i++)
        {
            await AddTalkAsync(store, await AddUserAsync(UserId.NewRandom()));
        }

        Group = await AddGroupAsync(store);
        var others = Enumerable.Range(0, _sizes.Members).Select(_ => UserId.NewRandom()).ToArray();
        Invited = await InviteAsync(store, Contact, isHidden: false, others);
        OtherInvited = await InviteAsync(store, Contact, isHidden: false, others);
        for (var i = 2; i < _sizes.Invites; i++)
        {
            await InviteAsync(store, Contact, isHidden: false);
        }

        for (var i = 0; i < _sizes.HiddenInvites; i++)
        {
            await InviteAsync(store, Blocked, isHidden: true);
        }

        await RelateAsync();
    }

    private async Task RelateAsync()
    {
        await BefriendAsync(Contact);
        for (var i = 1; i < _sizes.Contacts; i++)
        {
            await BefriendAsync(await AddUserAsync(UserId.NewRandom()));
        }

        await PutAsync(new(Me, Blocked, BlockedAt: 1));
        for (var i = 1; i < _sizes.Blocks; i++)
        {
            await PutAsync(new(Me, await AddUserAsync(UserId.NewRandom()), BlockedAt: 1));
        }

        foreach (var asking in new[] { Asking, AlsoAsking })
        {
            await PutAsync(new(Me, asking, AskedAt: 1));
            await PutAsync(new(asking, Me, WantedAt: 1));
        }
    }

    private async Task BefriendAsync(UserId other)
    {
        await PutAsync(new(Me, other, WantedAt: 1, AskedAt: 1));
        await PutAsync(new(other, Me, WantedAt: 1, AskedAt: 1));
    }

    private async Task PutAsync(Relation relation)
    {
        var relations = _http.Services.GetRequiredService<IRelationStore>();
        var limits = new RelationTally(10_000, 10_000, 10_000, 10_000, 10_000);
        Assert.Equal(RelationWrite.Written, await relations.PutAsync(relation, limits));
    }

    private async Task<UserId> AddUserAsync(UserId user)
    {
        var name = NameOf(user);
        var users = _http.Services.GetRequiredService<IUserStore>();
        Assert.True(await users.CreateAsync(new(user, name, name, null, 0, false, 1)));
        return user;
    }

    /// <summary>A direct conversation with one message, unread.</summary>
    private async Task<ConversationId> AddTalkAsync(IConversationStore store, UserId other)
    {
        var id = _http.Services.GetRequiredService<IDirectConversationIds>().Derive(Me, other);
        var talk = new Talk(store, id, other, Me) { Time = Now };
        await IndexAsync(talk.Id);
        await talk.CreateAsync();
        return talk.Id;
    }

    private async Task<ConversationId> AddGroupAsync(IConversationStore store)
    {
        var others = new List<UserId> { Contact };
        while (others.Count < _sizes.Members - 1)
        {
            others.Add(await AddUserAsync(UserId.NewRandom()));
        }

        var talk = Talk.Between(store, [Me, .. others]);
        talk.Time = Now;
        await IndexAsync(talk.Id);
        var creation = talk.Creation("group", talk.Message(1, Contact, "first"));
        var owner = creation.Members[0] with { Role = MemberRole.Owner };
        await talk.MustCommitAsync(creation with { Members = creation.Members.SetItem(0, owner) });
        await talk.MembersAsync([.. Enumerable.Range(0, _sizes.FormerMembers).Select(_ => Former())]);
        await talk.AppendAsync(Contact, [.. Enumerable.Range(2, _sizes.Messages - 1).Select(i => $"message {i}")]);
        return talk.Id;
    }

    /// <summary>Somebody who was in the group for its first message.</summary>
    private static Member Former() => new(UserId.NewRandom(), MemberRole.None, [new(1, 1)], default);

    private async Task<ConversationId> InviteAsync(
        IConversationStore store,
        UserId by,
        bool isHidden,
        params UserId[] others
    )
    {
        var talk = Talk.Between(store, [by, .. others]);
        talk.Time = Now;
        var creation = talk.Creation("invites", talk.Message(1, by, "first"));
        var invited = new Member(Me, MemberRole.None, [], default, new(by, Now, isHidden));
        if (!isHidden)
        {
            var invites = _http.Services.GetRequiredService<IConversationIndex>();
            await invites.PutInvitesAsync([new(Me, talk.Id, by, Now)]);
        }

        await talk.MustCommitAsync(creation with { Members = creation.Members.Add(invited) });
        return talk.Id;
    }

    private long Now => _http.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task IndexAsync(ConversationId conversation)
    {
        var index = _http.Services.GetRequiredService<IConversationIndex>();
        await index.PutAsync([new(Me, conversation, Talk.NewCid(), Now)]);
    }
}
