using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Resends;
using Connect.LoadGen.Servers;
using Connect.LoadGen.Smoke;
using Xunit;

namespace Connect.Cluster.Tests.StoreFaults;

/// <summary>
/// What a real server left behind that acknowledged messages and was killed, made once: each case damages a copy.
/// </summary>
public sealed class SeededStore : IAsyncLifetime
{
    private const int PerDevice = 12;
    private const int InGroup = 10;

    private readonly string _root = Directory.CreateTempSubdirectory("connect-seed-").FullName;
    private readonly Dictionary<string, Dictionary<long, string>> _acked = [];

    /// <summary>Killed after half of the messages; only its write-ahead log holds them.</summary>
    public string Early => Path.Combine(_root, "early");

    /// <summary>Started again and killed after all: the first half is in tables, the rest in the log.</summary>
    public string Killed => Path.Combine(_root, "killed");

    /// <summary>Another server's, with keys of its own.</summary>
    public string Foreign => Path.Combine(_root, "foreign");

    /// <summary>Every acknowledged message, by conversation and seq.</summary>
    public IReadOnlyDictionary<string, Dictionary<long, string>> Acked => _acked;

    /// <summary>The direct conversation of Alice and Bob.</summary>
    public string Direct { get; private set; } = "";

    /// <summary>A group of Alice.</summary>
    public string Group { get; private set; } = "";

    /// <summary>Whose login reads all; it outlives the server.</summary>
    internal TestUser Alice { get; private set; } = null!;

    internal TestUser Bob { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        await using (var other = new ThrowAwayServer(ServerPrograms.Plain))
        {
            await other.StartAsync(limit.Token);
            await KillAsync(other, Foreign, limit.Token);
        }

        await using var server = new ThrowAwayServer(ServerPrograms.Plain);
        await server.StartAsync(limit.Token);
        await using var cast = await SmokeCast.JoinAsync(server.Url, server.CertificateFile, 1, limit.Token);
        using var http = StoreCase.ClientOf(server);
        Alice = await TestUser.LoginAsync(http, cast.Usernames[0], cast.Password, limit.Token);
        Bob = await TestUser.LoginAsync(http, cast.Usernames[1], cast.Password, limit.Token);
        var created = await PostAsync(http, "/v1/conversations", new { title = "Plans" }, limit.Token);
        Group = created.GetProperty("conversation").GetString()!;
        await SayAsync(cast, http, limit.Token);
        await KillAsync(server, Early, limit.Token);

        await server.StartAsync(limit.Token);
        await SayAsync(cast, http, limit.Token);
        await KillAsync(server, Killed, limit.Token);
        Direct = await cast.Devices[0].ConversationAsync(limit.Token);
        _acked[Direct] = cast.Devices.SelectMany(d => d.Sends()).ToDictionary(s => s.Seq!.Value, s => s.Key);
        Assert.Equal(4 * PerDevice, _acked[Direct].Count);
        Assert.Equal(2 * InGroup, _acked[Group].Count);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies a folder with all below it.</summary>
    internal static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static async Task KillAsync(ThrowAwayServer server, string copy, CancellationToken cancellation)
    {
        Assert.True(await server.KillAsync(cancellation), "The server had ended by itself.");
        File.Delete(Path.Combine(server.DataFolder, "control.sock"));
        CopyFolder(server.DataFolder, Path.Combine(copy, "data"));
        CopyFolder(server.DataFolder + ".tls", Path.Combine(copy, "data.tls"));
        File.Copy(server.DataFolder + ".keys", Path.Combine(copy, "data.keys"));
    }

    private async Task SayAsync(SmokeCast cast, HttpClient http, CancellationToken cancellation)
    {
        await Task.WhenAll(cast.Devices.Select(device => device.SendAsync(PerDevice, cancellation)));
        var group = _acked.GetValueOrDefault(Group) ?? (_acked[Group] = []);
        for (var n = 0; n < InGroup; n++)
        {
            var text = $"in the group {group.Count}";
            var sent = await PostAsync(http, $"/v1/conversations/{Group}/messages", new { text }, cancellation);
            group[sent.GetProperty("seq").GetInt64()] = text;
        }
    }

    private async Task<System.Text.Json.JsonElement> PostAsync(
        HttpClient http,
        string path,
        object body,
        CancellationToken cancellation
    )
    {
        var (status, answer) = await Sends.PostAsync(http, Alice, path, Sends.NewCid(), body, cancellation);
        Assert.True((int)status is 200 or 201, $"{path}: {status} {answer}");
        return answer;
    }
}
