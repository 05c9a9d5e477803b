using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Delivery;

/// <summary>One that does not read costs a bounded queue and nobody else anything.</summary>
public sealed class SlowReaderTests
{
    /// <summary>Enough of them overflow every buffer between the server and a socket that nobody reads.</summary>
    private const int Messages = 250;

    private static readonly string Text = new('x', 7_900);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task One_that_never_reads_disturbs_nobody_and_recovers_by_sync()
    {
        await using var run = await CastRun.StartAsync(ServerPrograms.Plain, Limit);
        await using var stuck = await RawSession.OpenAsync(
            run.Server.Url,
            run.Server.CertificateFile,
            run.Cast.Usernames[1],
            run.Cast.Password,
            run.Deadline
        );
        Assert.Empty(await stuck.SyncAsync([], run.Deadline));

        // From here on it reads nothing. Two devices, of both users, send long texts.
        var away = run.Cast.Devices[1];
        await away.DisconnectAsync();
        await run.DuringAsync(
            () =>
                Task.WhenAll(
                    run.Cast.Devices[0].SendAsync(Messages, run.Deadline, Text),
                    run.Cast.Devices[^1].SendAsync(Messages, run.Deadline, Text)
                ),
            "all messages are acknowledged while one does not read"
        );
        await away.ConnectAsync(run.Deadline);
        await run.CheckAsync(2 * Messages);

        var head = run.Cast.Devices[0].Head;
        var held = await ReadUntilLaggingAsync(stuck, run.Deadline);
        Assert.True(held < head, "Everything found room: the one that did not read was not slow.");
        var conversation = await run.Cast.Devices[0].ConversationAsync(run.Deadline);
        var position = new { conversation, seq = held };
        var rest = await stuck.SyncAsync(held == 0 ? [] : [position], run.Deadline);
        Assert.Equal(Range(held + 1, head), rest);
    }

    /// <summary>What came through before it was told that it lags, as far as it is without a hole.</summary>
    private static async Task<long> ReadUntilLaggingAsync(RawSession session, CancellationToken cancellationToken)
    {
        var held = 0L;
        var mayLag = false;
        while (true)
        {
            JsonElement frame = await session.ReadAsync(cancellationToken);
            if (frame.TryGetProperty("entries", out var entries))
            {
                foreach (var seq in RawSession.SeqsOf(entries).Where(seq => seq == held + 1))
                {
                    held = seq;
                }
            }

            mayLag |= frame.TryGetProperty("hint", out _) || frame.TryGetProperty("lagging", out _);
            if (mayLag)
            {
                return held;
            }
        }
    }

    private static IEnumerable<long> Range(long from, long to)
    {
        for (var seq = from; seq <= to; seq++)
        {
            yield return seq;
        }
    }
}
