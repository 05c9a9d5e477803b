using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Xunit;

namespace Connect.Cluster.Tests.Resends;

/// <summary>Ann with two devices, one of each encoding, and Bob with one, and the conversation of the two.</summary>
internal sealed class ResendWorld : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _limit;

    /// <summary>Her second login.</summary>
    public TestUser AnnAgain { get; private set; } = null!;

    private ResendWorld(ServerProcess server, CancellationTokenSource limit) => (Server, _limit) = (server, limit);

    public ServerProcess Server { get; }

    public HttpClient Http { get; private set; } = null!;

    public TestUser Ann { get; private set; } = null!;

    public TestUser Bob { get; private set; } = null!;

    public string Direct { get; private set; } = "";

    /// <summary>Ann's first device, in protobuf.</summary>
    public WireSession One { get; private set; } = null!;

    /// <summary>Ann's second device, in JSON.</summary>
    public WireSession Two { get; private set; } = null!;

    public WireSession OfBob { get; private set; } = null!;

    public CancellationToken Deadline => _limit.Token;

    /// <summary>New users on a server that others use, too.</summary>
    public static async Task<ResendWorld> JoinAsync(ServerProcess server)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var world = new ResendWorld(server, limit);
        try
        {
            world.Http = server.CreateClient();
            var name = UserNames.New();
            world.Ann = await TestUser.CreateAsync(world.Http, name, limit.Token);
            world.AnnAgain = await TestUser.LoginAsync(world.Http, name, TestUser.Password, limit.Token);
            world.Bob = await TestUser.CreateAsync(world.Http, UserNames.New(), limit.Token);
            world.Direct = await Sends.DirectAsync(world.Http, world.Ann, world.Bob, limit.Token);
            await world.ConnectAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL and a new start; everybody comes back.</summary>
    public async Task KillAndRestartAsync()
    {
        await Server.KillAsync(Deadline);
        await RestartAsync();
    }

    /// <summary>A start after its end; everybody comes back.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        Server.Environment.Clear();
        await Server.RestartAsync(Deadline);
        await ConnectAsync();
    }

    /// <summary>What the conversation holds: dense from 1, each cid of a sender once, for all the same.</summary>
    public async Task<List<Protocol.V1.Entry>> CheckAsync(string conversation, int entries)
    {
        var history = await One.HistoryAsync(conversation, Deadline);
        Assert.Equal(Enumerable.Range(1, entries).Select(seq => (ulong)seq), history.Select(each => each.Seq));
        var messages = history.Where(each => each.Cid.Length > 0).ToList();
        Assert.Equal(messages.Count, messages.DistinctBy(each => (each.From, each.Cid)).Count());
        Assert.Equal(history, await Two.HistoryAsync(conversation, Deadline));
        if (conversation == Direct)
        {
            Assert.Equal(history, await OfBob.HistoryAsync(conversation, Deadline));
        }

        return history;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Http?.Dispose();
        _limit.Dispose();
    }

    private async Task ConnectAsync()
    {
        One = await WireSession.OpenAsync(Server, Ann, FrameEncoding.Protobuf, Deadline);
        Two = await WireSession.OpenAsync(Server, AnnAgain, FrameEncoding.Json, Deadline);
        OfBob = await WireSession.OpenAsync(Server, Bob, FrameEncoding.Json, Deadline);
    }

    private async Task CloseAsync()
    {
        foreach (var session in new[] { One, Two, OfBob })
        {
            if (session is not null)
            {
                await session.DisposeAsync();
            }
        }
    }
}
