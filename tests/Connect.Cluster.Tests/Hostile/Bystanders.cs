using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>Two well-behaved clients that chat while something else goes on: each message arrives, in order.</summary>
internal sealed class Bystanders : IAsyncDisposable
{
    private readonly RawSession _anna;
    private readonly RawSession _bert;
    private readonly string _to;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _chat;

    private Bystanders(RawSession anna, RawSession bert, CancellationToken cancellation)
    {
        (_anna, _bert) = (anna, bert);
        _to = bert.Login.GetProperty("user").GetString()!;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _limit.CancelAfter(TimeSpan.FromMinutes(2));
        _chat = ChatAsync();
    }

    public static async Task<Bystanders> StartAsync(ServerProcess server, CancellationToken cancellation)
    {
        using var client = server.CreateClient();
        var names = new[] { UserNames.New(), UserNames.New() };
        var sessions = new List<RawSession>();
        foreach (var name in names)
        {
            await TestUser.CreateAsync(client, name, cancellation);
            var session = await RawSession.OpenAsync(
                server.Url,
                server.CertificateFile,
                name,
                TestUser.Password,
                cancellation
            );
            await session.SyncAsync([], cancellation);
            sessions.Add(session);
        }

        return new(sessions[0], sessions[1], cancellation);
    }

    /// <summary>Ends the chat; how many messages arrived, which are all that were sent.</summary>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        var count = await _chat;
        Assert.True(count > 0, "Nobody chatted meanwhile.");
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _anna.DisposeAsync();
        await _bert.DisposeAsync();
        _stop.Dispose();
        _limit.Dispose();
    }

    private async Task<int> ChatAsync()
    {
        for (var number = 1; ; number++)
        {
            var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
            var text = $"message {number}";
            var frame = new
            {
                id = 100 + number,
                send = new
                {
                    to = _to,
                    cid,
                    text,
                },
            };
            await _anna.SendAsync(frame, _limit.Token);
            var sent = await _anna.ReadUntilAsync("sent", _limit.Token);
            var push = await _bert.ReadUntilAsync("entries", _limit.Token);
            var entry = push.GetProperty("entries")[0];
            Assert.Equal((number, number), (sent.GetProperty("seq").GetInt32(), entry.GetProperty("seq").GetInt32()));
            Assert.Equal(text, entry.GetProperty("text").GetString());
            if (_stop.IsCancellationRequested)
            {
                return number;
            }

            // As fast as a hasty person, not as fast as the machine can.
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }
}
