using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Connect.LoadGen.Load;
using Connect.LoadGen.Servers;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Groups;

/// <summary>
/// A group with one place left: an owner, admins who each want to add a contact or to invite somebody, members, and
/// invited users who have not answered. The limit of the group is the one of production; those of a user's and an
/// address's requests are off, for here one machine stands for hundreds.
/// </summary>
internal sealed class LastPlacesWorld : IAsyncDisposable
{
    /// <summary>Members a group has room for, invited ones included.</summary>
    public const int Places = 500;

    /// <summary>Adders, inviters and accepters.</summary>
    public const int Each = 50;

    private static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(50);

    private readonly LoadServer _server;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _watching;
    private readonly Dictionary<string, LoadUser> _users = [];
    private readonly List<PlaceChange> _changes = [];
    private LoadUser _owner = null!;
    private string _group = "";
    private Task _watch = Task.CompletedTask;

    private LastPlacesWorld(LoadServer server, CancellationToken deadline)
    {
        (_server, Deadline) = (server, deadline);
        _watching = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        var certificate = server.Process.CertificateFile;
        _http = new(
            new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    CertificateChainPolicy = ServerProcess.TrustOnly(certificate),
                },
                EnableMultipleHttp2Connections = true,
            }
        )
        {
            BaseAddress = server.Process.Url,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public ThrowAwayServer Server => _server.Process;

    public CancellationToken Deadline { get; }

    /// <summary>How often the list of members was read by <see cref="Watch"/>.</summary>
    public int Lists { get; private set; }

    /// <summary>The most places that any of these lists showed as taken.</summary>
    public int MostTaken { get; private set; }

    public static async Task<LastPlacesWorld> StartAsync(CancellationToken deadline)
    {
        var server = await LoadServer.StartAsync(ServerPrograms.Plain, [], deadline);
        var world = new LastPlacesWorld(server, deadline);
        try
        {
            await world.FillAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopWatchingAsync();
        _http.Dispose();
        _watching.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>
    /// All at once; after as many acknowledgements the process is killed. The answers, in the order of the changes.
    /// </summary>
    public async Task<Asked[]> RaceAsync(int acksBeforeKill)
    {
        var middle = new TaskCompletionSource();
        var acks = 0;
        var racing = Task.WhenAll(_changes.Select(change => Task.Run(() => OnceAsync(change), Deadline)));
        await Task.WhenAny(middle.Task, racing);
        Assert.True(await Server.KillAsync(Deadline), "The server had ended by itself.");
        return await racing;

        async Task<Asked> OnceAsync(PlaceChange change)
        {
            var answer = await AskAsync(change);
            if (answer.IsDone && Interlocked.Increment(ref acks) == acksBeforeKill)
            {
                middle.SetResult();
            }

            return answer;
        }
    }

    /// <summary>All again, at once, with the keys of before, until each has its answer.</summary>
    public Task<Asked[]> RepeatAsync() => Task.WhenAll(_changes.Select(UntilSaidAsync));

    public PlaceChange AcceptOf(string user) => new(WantedPlace.Accept, _users[user], user, NewKey());

    /// <summary>Sends a change once.</summary>
    public async Task<Asked> AskAsync(PlaceChange change)
    {
        var isAccept = change.Kind == WantedPlace.Accept;
        var path = isAccept ? $"/v1/invites/{_group}/accept" : $"/v1/conversations/{_group}/members";
        var body = isAccept ? null : new { users = new[] { change.Subject } };
        try
        {
            var (status, said) = await CallAsync(HttpMethod.Post, path, change.By, body, change.Key);
            return new(change, status, (int)Number(said, "code"), Number(said, "seq"));
        }
        catch (HttpRequestException)
        {
            return new(change);
        }
    }

    public async Task<ListedMembers> ReadMembersAsync()
    {
        var path = $"/v1/conversations/{_group}/members";
        var (status, said) = await CallAsync(HttpMethod.Get, path, _owner, null, null);
        Assert.True(status == HttpStatusCode.OK, $"{status}: {said}");
        var members = said.GetProperty("members").EnumerateArray().ToLookup(each => each.TryGetProperty("role", out _));
        return new(Ids(members[true]), Ids(members[false]));

        static HashSet<string> Ids(IEnumerable<JsonElement> some) =>
            [.. some.Select(each => each.GetProperty("user").GetString()!)];
    }

    /// <summary>The whole log, which must be dense.</summary>
    public async Task<List<LoggedChange>> ReadLogAsync()
    {
        var log = new List<LoggedChange>();
        while (true)
        {
            var path = $"/v1/conversations/{_group}/entries?after={log.Count}&limit=200";
            var (status, said) = await CallAsync(HttpMethod.Get, path, _owner, null, null);
            Assert.True(status == HttpStatusCode.OK, $"{status}: {said}");
            var page = said.Deserialize(BodyJson.HistoryPage)!;
            foreach (var entry in page.Entries)
            {
                Assert.Equal((ulong)log.Count + 1, entry.Seq);
                string[] users = entry.Kind == EntryKind.Created ? [.. entry.Change.Users] : [entry.Change.User];
                log.Add(new((long)entry.Seq, entry.Kind, users));
            }

            if (!page.HasMoreAfter)
            {
                return log;
            }
        }
    }

    /// <summary>Reads the list of members again and again, through the kill.</summary>
    public void Watch() => _watch = WatchAsync();

    public async Task StopWatchingAsync()
    {
        await _watching.CancelAsync();
        await _watch;
    }

    private async Task WatchAsync()
    {
        while (!_watching.IsCancellationRequested)
        {
            try
            {
                var taken = (await ReadMembersAsync()).Taken;
                (Lists, MostTaken) = (Lists + 1, Math.Max(MostTaken, taken));
            }
            catch (HttpRequestException)
            {
                // It is down.
                await Task.Delay(Backoff, TimeProvider.System, Deadline);
            }
        }
    }

    private async Task<Asked> UntilSaidAsync(PlaceChange change)
    {
        while (true)
        {
            var answer = await AskAsync(change);
            if (!answer.IsOpen)
            {
                return answer;
            }

            Assert.False(Deadline.IsCancellationRequested, $"Missing: an answer. {answer}\n{Server.LastLines()}");
            await Task.Delay(Backoff, TimeProvider.System, Deadline);
        }
    }

    private async Task FillAsync()
    {
        // Those who are in the group, and those who come in or want to.
        var inside = Users("member", Places - 1 - Each);
        var invited = Users("invited", Each);
        var contacts = Users("contact", Each);
        var strangers = Users("stranger", Each);
        await _server.MakeAccountsAsync([.. inside, .. invited, .. contacts, .. strangers], Deadline);
        foreach (var user in inside.Concat(invited).Concat(contacts).Concat(strangers))
        {
            _users[user.Id] = user;
        }

        _owner = inside[0];
        _group = await _server.CreateGroupAsync("group", inside, Deadline);
        var (adders, inviters) = (inside[1..(Each + 1)], inside[(Each + 1)..(2 * Each + 1)]);
        foreach (var admin in adders.Concat(inviters))
        {
            var path = $"/v1/conversations/{_group}/members/{admin.Id}/role";
            await MustAsync(HttpMethod.Put, path, _owner, new { role = "admin" });
        }

        foreach (var (adder, contact) in adders.Zip(contacts))
        {
            await MustAsync(HttpMethod.Put, "/v1/contacts/" + contact.Id, adder, null);
            await MustAsync(HttpMethod.Put, "/v1/contacts/" + adder.Id, contact, null);
        }

        var users = invited.Select(each => each.Id);
        await MustAsync(HttpMethod.Post, $"/v1/conversations/{_group}/members", _owner, new { users });
        _changes.AddRange(adders.Zip(contacts, (by, user) => Change(WantedPlace.Add, by, user)));
        _changes.AddRange(inviters.Zip(strangers, (by, user) => Change(WantedPlace.Invite, by, user)));
        _changes.AddRange(invited.Select(user => Change(WantedPlace.Accept, user, user)));
        new Random(7).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changes));
    }

    private LoadUser[] Users(string name, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => _server.NewUser(string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"))),
        ];

    private static PlaceChange Change(WantedPlace kind, LoadUser by, LoadUser user) => new(kind, by, user.Id, NewKey());

    private async Task MustAsync(HttpMethod method, string path, LoadUser user, object? body)
    {
        var (status, said) = await CallAsync(method, path, user, body, NewKey());
        Assert.True((int)status < 300, $"{method} {path}: {status} {said}");
    }

    private async Task<(HttpStatusCode Status, JsonElement Said)> CallAsync(
        HttpMethod method,
        string path,
        LoadUser user,
        object? body,
        string? key
    )
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", user.Token);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await _http.SendAsync(request, Deadline);
        var said = await answer.Content.ReadAsStringAsync(Deadline);
        return (answer.StatusCode, said.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(said));
    }

    private static long Number(JsonElement said, string name) =>
        said.ValueKind == JsonValueKind.Object && said.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    private static string NewKey() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
}
