using Connect.Client;
using CsCheck;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>The whole client under faults that a seed decides.</summary>
public sealed class ClientFaultTests
{
    private const int Messages = 40;

    [Fact]
    public void Through_cuts_refusals_and_lost_pushes_all_is_sent_once_and_received_in_order() =>
        Gen.Int.Sample(seed => RunAsync(seed).GetAwaiter().GetResult(), iter: 25, threads: 2);

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        await using var harness = new ClientHarness();
        harness.Listen();
        harness.Server.Pushes = _ => Roll(random, 8) != 0;
        harness.Server.Intercept = (session, frame) => Disturb(harness.Server, session, frame, random);
        var handles = new List<OutgoingMessage>();
        var connecting = harness.Client.ConnectAsync();
        for (var index = 0; index < Messages; index++)
        {
            handles.Add(await harness.Room.EnqueueAsync($"mine-{index}"));
            harness.Server.Write($"theirs-{index}");
            if (Roll(random, 6) == 0 && harness.Server.Sessions.Count > 0)
            {
                harness.Server.Session.Break();
            }

            harness.Time.Advance(TimeSpan.FromMilliseconds(Roll(random, 400)));
        }

        await harness.Advance(() => handles.All(handle => handle.State == OutgoingState.Sent), "all to be sent");
        harness.Server.Intercept = null;
        harness.Server.Pushes = _ => true;
        harness.Server.Write("last");
        await harness.Advance(() => harness.Seqs.Count >= (2 * Messages) + 1, "all to be received");
        await connecting;

        var log = harness.Server.Log(FakeServer.Room);
        var mine = log.Where(entry => entry.From == FakeServer.Me).Select(entry => entry.Text);
        Assert.Equal(Enumerable.Range(0, Messages).Select(index => $"mine-{index}"), mine);
        Assert.Equal(log.Select(entry => (long)entry.Seq), harness.Seqs);
        Assert.Equal(log.Select(entry => entry.Text), harness.Texts);
    }

    private static bool Disturb(FakeServer server, FakeSession session, Wire.ClientFrame frame, Random random)
    {
        switch (Roll(random, 30))
        {
            case 0:
                // Lost on the way there.
                session.Break();
                return true;
            case 1 when frame.BodyCase == Wire.ClientFrame.BodyOneofCase.Send:
                // Committed; the answer is lost on the way back.
                server.Answer(new FakeSession(server), frame);
                session.Break();
                return true;
            case 2 or 3 when frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Hello && frame.Id != 0:
                var error = FakeServer.Error(
                    Roll(random, 2) == 0 ? ErrorCode.Unavailable : ErrorCode.UnknownOutcome,
                    TimeSpan.FromMilliseconds(Roll(random, 300))
                );
                error.Id = frame.Id;
                session.Push(error);
                return true;
            case 4:
                session.Push(new() { Lagging = new() });
                return false;
            default:
                return false;
        }
    }

    // Frames come on several threads.
    private static int Roll(Random random, int sides)
    {
        lock (random)
        {
            return random.Next(sides);
        }
    }
}
