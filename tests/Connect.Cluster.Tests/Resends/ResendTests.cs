using System.Net;
using Connect.Cluster.Tests.Processes;
using Connect.Contracts;
using Connect.Protocol.V1;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Resends;

/// <summary>A message sent again, in every way a client or its network can bring about: one seq, one entry.</summary>
public sealed class ResendTests(ResendServer shared) : IClassFixture<ResendServer>
{
    [Fact]
    public async Task The_same_from_two_sockets_and_over_HTTP_at_once_is_one_entry()
    {
        const int Rounds = 40;
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var path = $"/v1/conversations/{world.Direct}/messages";
        for (var round = 1; round <= Rounds; round++)
        {
            // The first round begins the conversation, by its id over HTTP and by the other user in frames.
            var (cid, text) = (Sends.NewCid(), $"round {round}");
            var frame = () => Sends.FrameTo(world.Bob.Id, cid, text);
            var one = world.One.AskAsync(frame(), world.Deadline);
            var two = world.Two.AskAllAsync([frame(), frame()], world.Deadline);
            var http = Sends.PostAsync(
                world.Http,
                world.Ann,
                path,
                cid,
                new { text, to = world.Bob.Id },
                world.Deadline
            );

            var answers = new[] { await one }.Concat(await two).Select(Sends.SentOf).ToList();
            var (status, body) = await http;
            Assert.All(answers, each => Assert.Equal((ulong)round, each.Seq));
            Assert.All(answers, each => Assert.Equal((world.Direct, cid), (each.Conversation, each.Cid)));
            var time = Assert.Single(answers.Select(each => each.Time).Distinct());
            Assert.Equal((round, time), (body.GetProperty("seq").GetInt32(), body.GetProperty("time").GetUInt64()));
            var firsts = answers.Count(each => !each.Duplicate) + (status == HttpStatusCode.Created ? 1 : 0);
            Assert.Equal(1, firsts);
        }

        await world.CheckAsync(world.Direct, Rounds);
        await world.OfBob.UntilAsync(given => given.Count >= Rounds, "all rounds", world.Deadline);
    }

    [Fact]
    public async Task Pipelined_messages_from_two_sockets_at_once_keep_their_order_and_are_there_once()
    {
        const int Messages = 100;
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var cids = Enumerable.Range(0, Messages).Select(_ => Sends.NewCid()).ToList();
        List<ClientFrame> Frames() =>
            [
                .. cids.Select(
                    (cid, at) =>
                    {
                        var frame = Sends.FrameTo(world.Bob.Id, cid, $"message {at}");
                        frame.Send.After = at == 0 ? "" : cids[at - 1];
                        return frame;
                    }
                ),
            ];
        // What arrives behind its predecessor's refusal is to be sent again; both do until all is committed.
        async Task<List<ServerFrame>> SendAllAsync(Clients.WireSession session)
        {
            while (true)
            {
                var answers = await session.AskAllAsync(Frames(), world.Deadline);
                if (answers.All(each => each.Sent is not null))
                {
                    return answers;
                }

                Assert.All(answers, each => Assert.True(each.Sent is not null || each.Err.Retryable, each.ToString()));
            }
        }

        var both = await Task.WhenAll(SendAllAsync(world.One), SendAllAsync(world.Two));

        var history = await world.CheckAsync(world.Direct, Messages);
        Assert.Equal(cids, history.Select(each => each.Cid));
        Assert.All(
            both,
            answers => Assert.Equal(history.Select(each => each.Seq), answers.Select(each => each.Sent.Seq))
        );
        // The other way round a known one is told its seq, whatever stands before it.
        var backwards = Frames().AsEnumerable().Reverse().ToList();
        var known = await world.Two.AskAllAsync(backwards, world.Deadline);
        Assert.All(known, each => Assert.True(Sends.SentOf(each).Duplicate));
        Assert.Equal(history.Select(each => each.Seq).Reverse(), known.Select(each => each.Sent.Seq));
        await world.CheckAsync(world.Direct, Messages);
    }

    [Fact]
    public async Task A_message_out_of_order_waits_for_the_one_before_it()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var (first, second) = (Sends.NewCid(), Sends.NewCid());
        Sends.SentOf(await world.One.AskAsync(Sends.FrameTo(world.Bob.Id, Sends.NewCid(), "begun"), world.Deadline));
        var late = Sends.Frame(world.Direct, second, "second", after: first);

        var refused = await world.One.AskAsync(late, world.Deadline);
        Assert.Equal((ErrorCode.Predecessor, true), (Sends.ErrorOf(refused), refused.Err.Retryable));
        Sends.SentOf(await world.One.AskAsync(Sends.Frame(world.Direct, first, "first"), world.Deadline));
        Sends.SentOf(await world.One.AskAsync(late, world.Deadline));

        var history = await world.CheckAsync(world.Direct, 3);
        Assert.Equal(["begun", "first", "second"], history.Select(each => each.Text));
    }

    [Fact]
    public async Task What_was_committed_before_a_kill_is_told_its_seq_after_it()
    {
        const int Messages = 30;
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var sends = Enumerable.Range(0, Messages).Select(at => (Cid: Sends.NewCid(), Text: $"message {at}")).ToList();
        var frames = sends.Select(each => Sends.FrameTo(world.Bob.Id, each.Cid, each.Text)).ToList();
        var first = (await world.One.AskAllAsync(frames, world.Deadline)).Select(Sends.SentOf).ToList();

        await world.KillAndRestartAsync();
        var again = await world.Two.AskAllAsync(
            [.. sends.Select(each => Sends.Frame(world.Direct, each.Cid, each.Text))],
            world.Deadline
        );
        var (status, body) = await Sends.PostAsync(
            world.Http,
            world.Ann,
            $"/v1/conversations/{world.Direct}/messages",
            sends[7].Cid,
            new { text = sends[7].Text },
            world.Deadline
        );

        foreach (var (before, after) in first.Zip(again.Select(Sends.SentOf)))
        {
            Assert.Equal((before.Seq, before.Time, true), (after.Seq, after.Time, after.Duplicate));
        }

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(first[7].Seq, body.GetProperty("seq").GetUInt64());
        await world.CheckAsync(world.Direct, Messages);
    }

    [Fact]
    public async Task A_message_whose_answer_died_with_the_server_is_there_once()
    {
        var witness = Path.GetTempFileName();
        await using var server = await ServerProcess.StartProgramAsync(
            await ServerPrograms.WithFaultPointsAsync(),
            TestContext.Current.CancellationToken,
            ("CONNECT_FAULT", $"{FaultPoints.AfterCommitBeforeAck}:1"),
            ("CONNECT_FAULT_FILE", witness)
        );
        await using var world = await ResendWorld.JoinAsync(server);
        var (cid, text) = (Sends.NewCid(), "whose answer is lost");
        await Assert.ThrowsAnyAsync<Exception>(() =>
            world.One.AskAsync(Sends.FrameTo(world.Bob.Id, cid, text), world.Deadline)
        );
        await world.Server.WaitForExitAsync(world.Deadline);
        Assert.Equal(FaultPoints.AfterCommitBeforeAck, await File.ReadAllTextAsync(witness, world.Deadline));

        await world.RestartAsync();
        var frame = () => Sends.FrameTo(world.Bob.Id, cid, text);
        var again = await Task.WhenAll(
            world.One.AskAsync(frame(), world.Deadline),
            world.Two.AskAsync(frame(), world.Deadline)
        );

        Assert.All(again, each => Assert.Equal((1UL, true), (Sends.SentOf(each).Seq, each.Sent.Duplicate)));
        await world.CheckAsync(world.Direct, 1);
        File.Delete(witness);
    }

    [Fact]
    public async Task The_same_id_with_another_text_is_refused_before_and_after_a_restart()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var cid = Sends.NewCid();
        var texts = new[] { "this", "that" };
        var race = await Task.WhenAll(
            world.One.AskAsync(Sends.FrameTo(world.Bob.Id, cid, texts[0]), world.Deadline),
            world.Two.AskAsync(Sends.FrameTo(world.Bob.Id, cid, texts[1]), world.Deadline)
        );
        var winner = Assert.Single(race, each => each.Sent is not null);
        Assert.False(winner.Sent.Duplicate);
        var loser = race.Single(each => each.Sent is null);
        Assert.Equal((ErrorCode.Conflict, false), (Sends.ErrorOf(loser), loser.Err.Retryable));
        var (right, wrong) = race[0] == winner ? (texts[0], texts[1]) : (texts[1], texts[0]);

        foreach (var restart in new[] { false, true })
        {
            if (restart)
            {
                await world.KillAndRestartAsync();
            }

            foreach (var session in new[] { world.One, world.Two })
            {
                var other = await session.AskAsync(Sends.Frame(world.Direct, cid, wrong), world.Deadline);
                Assert.Equal(ErrorCode.Conflict, Sends.ErrorOf(other));
                var same = Sends.SentOf(await session.AskAsync(Sends.Frame(world.Direct, cid, right), world.Deadline));
                Assert.Equal((1UL, true), (same.Seq, same.Duplicate));
            }

            var path = $"/v1/conversations/{world.Direct}/messages";
            var body = new { text = wrong };
            var (status, problem) = await Sends.PostAsync(world.Http, world.Ann, path, cid, body, world.Deadline);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Equal((int)ErrorCode.Conflict, problem.GetProperty("code").GetInt32());
        }

        var history = await world.CheckAsync(world.Direct, 1);
        Assert.Equal(right, history[0].Text);
    }
}
