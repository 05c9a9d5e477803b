using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Resends;
using Connect.Contracts.Identifiers;
using Connect.LoadGen.Servers;
using Connect.Storage;
using Connect.Storage.RocksDb;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Connect.Cluster.Tests.StoreFaults;

/// <summary>A copy of what a killed server left, to be damaged, and the server to be started on it.</summary>
internal sealed class StoreCase : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly SeededStore _seed;
    private readonly ThrowAwayServer _server = new(ServerPrograms.Plain);
    private readonly CancellationTokenSource _limit;
    private readonly List<(string File, byte[] Before)> _damage = [];

    private StoreCase(SeededStore seed)
    {
        _seed = seed;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _limit.CancelAfter(Limit);
    }

    public string Database => Path.Combine(_server.DataFolder, "db");

    public string DataFolder => _server.DataFolder;

    public string KeyFile => _server.DataFolder + ".keys";

    public string Witness => Path.Combine(_server.DataFolder, "witness");

    /// <summary>The log that the killed server was writing.</summary>
    public string NewestLog => Directory.GetFiles(Database, "*.log").Order(StringComparer.Ordinal).Last();

    private CancellationToken Deadline => _limit.Token;

    public static StoreCase Of(SeededStore seed, string? state = null)
    {
        var made = new StoreCase(seed);
        SeededStore.CopyFolder(state ?? seed.Killed, made._server.Folder);
        return made;
    }

    /// <summary>A client that trusts the server.</summary>
    public static HttpClient ClientOf(ThrowAwayServer server) =>
        new(
            new SocketsHttpHandler
            {
                SslOptions = new() { CertificateChainPolicy = ServerProcess.TrustOnly(server.CertificateFile) },
            }
        )
        {
            BaseAddress = server.Url,
        };

    /// <summary>Changes a file, or deletes it when the answer is null; <see cref="Undo"/> takes it back.</summary>
    public void Damage(string file, Func<byte[], byte[]?> change)
    {
        var before = File.ReadAllBytes(file);
        _damage.Add((file, before));
        if (change([.. before]) is { } after)
        {
            Assert.False(before.AsSpan().SequenceEqual(after), $"{file} was not damaged.");
            File.WriteAllBytes(file, after);
        }
        else
        {
            File.Delete(file);
        }
    }

    public void Flip(string file, long place) =>
        Damage(
            file,
            bytes =>
            {
                bytes[place] ^= 0x10;
                return bytes;
            }
        );

    public void Undo()
    {
        Assert.NotEmpty(_damage);
        foreach (var (file, before) in _damage)
        {
            File.WriteAllBytes(file, before);
        }

        _damage.Clear();
    }

    /// <summary>A start ends with 1, says all this, and changes nothing of what is kept.</summary>
    public async Task RefusesAsync(params string[] words)
    {
        var before = Kept();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _server.StartAsync(Deadline));
        await _server.WaitForExitAsync(Deadline);
        var said = _server.LastLines();
        TestContext.Current.TestOutputHelper!.WriteLine(said);
        Assert.True(_server.ExitCode == 1, $"{_server.ExitCode}: {said}");
        Assert.Contains("The store does not open: ", said, StringComparison.Ordinal);
        foreach (var word in words)
        {
            Assert.Contains(word, said, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.Equal(before, Kept());
    }

    /// <summary>A start serves every acknowledged message, and takes another one behind them.</summary>
    public async Task ServesAllAsync()
    {
        await _server.StartAsync(Deadline);
        await ReadsAllAsync();
        var (status, sent) = await SayAsync(_seed.Group);
        Assert.True(status == HttpStatusCode.Created, $"{status} {sent}");
        Assert.True(sent.GetProperty("seq").GetInt64() > _seed.Acked[_seed.Group].Keys.Max(), $"{sent}");
    }

    /// <summary>The same asked of the store itself, without a server: quicker, where the start was tried.</summary>
    public async Task HoldsAllAsync() => Assert.Equal("", await LackAsync() ?? "It does not open.");

    /// <summary>What of the acknowledged messages a store that opens lacks; null when it does not open.</summary>
    public async Task<string?> LackAsync()
    {
        try
        {
            var options = new RocksDbStoreOptions { DataFolder = DataFolder, ReserveBytes = 0 };
            using var store = RocksDbStore.Open(options, TimeProvider.System, NullLogger.Instance, _ => { });
            Assert.True(UserId.TryParse(_seed.Alice.Id, out var alice));
            var lack = new List<string>();
            foreach (var (conversation, acked) in _seed.Acked)
            {
                Assert.True(ConversationId.TryParse(conversation, out var id));
                var slice = await store.Reader.ReadAfterAsync(alice, id, new(0, 0, 1_000, 1 << 20), Deadline);
                var told = slice.Entries.ToDictionary(e => e.Seq, e => Encoding.UTF8.GetString(e.Body.Span));
                lack.AddRange(
                    acked.Where(a => told.GetValueOrDefault(a.Key) != a.Value).Select(a => $"{conversation}/{a.Key}")
                );
            }

            return string.Join(' ', lack);
        }
        catch (StoreOpenException e)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(e.Message);
            return null;
        }
    }

    /// <summary>The running server has every acknowledged message in its place.</summary>
    public async Task ReadsAllAsync()
    {
        foreach (var (conversation, acked) in _seed.Acked)
        {
            var (status, page) = await ReadAsync(conversation);
            Assert.True(status == HttpStatusCode.OK, $"{status} {page}");
            var told = page.GetProperty("entries")
                .EnumerateArray()
                .Where(e => e.TryGetProperty("text", out _))
                .ToDictionary(e => e.GetProperty("seq").GetInt64(), e => e.GetProperty("text").GetString()!);
            Assert.NotEmpty(acked);
            Assert.Equal(acked.OrderBy(pair => pair.Key), told.OrderBy(pair => pair.Key));
        }
    }

    public Task StartAsync() => _server.StartAsync(Deadline);

    public Task KillAsync() => _server.KillAsync(Deadline);

    /// <summary>All of a conversation in one page, as Alice is told.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> ReadAsync(string conversation)
    {
        using var http = ClientOf(_server);
        using var request = _seed.Alice.Request(
            HttpMethod.Get,
            $"/v1/conversations/{conversation}/entries?limit=200&after=0"
        );
        using var answer = await http.SendAsync(request, Deadline);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Deadline));
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> SayAsync(string conversation)
    {
        using var http = ClientOf(_server);
        var path = $"/v1/conversations/{conversation}/messages";
        return await Sends.PostAsync(http, _seed.Alice, path, Sends.NewCid(), new { text = "and on" }, Deadline);
    }

    /// <summary>A login with a password.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> LoginAsync(string username, string password)
    {
        using var http = ClientOf(_server);
        using var answer = await http.PostAsJsonAsync(
            "/v1/tokens",
            new
            {
                grant = "password",
                username,
                password,
            },
            Deadline
        );
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Deadline));
    }

    /// <summary>The server program with a command, or as a second server, on this data.</summary>
    public Task<(int Code, string Said)> RunAsync(params string[] command)
    {
        var start = new System.Diagnostics.ProcessStartInfo(ServerPrograms.Plain) { WorkingDirectory = _server.Folder };
        foreach (var word in command.Append($"--Data={DataFolder}").Append("--Listen=https://127.0.0.1:0"))
        {
            start.ArgumentList.Add(word);
        }

        return ProgramRun.RunAsync(start, "", Limit);
    }

    /// <summary>The files with their content, but RocksDB's own log and lock.</summary>
    public List<string> Kept() =>
        [
            .. Directory
                .GetFiles(_server.Folder, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) is not ("LOCK" or "server.log") and not ['L', 'O', 'G', ..])
                .Order(StringComparer.Ordinal)
                .Select(file =>
                {
                    var hash = System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file));
                    return $"{Path.GetRelativePath(_server.Folder, file)} {Convert.ToHexString(hash)[..16]}";
                }),
        ];

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _limit.Dispose();
    }
}
