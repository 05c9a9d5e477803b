using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Writing;
using Xunit;

namespace Connect.Cluster.Tests.InProcess;

/// <summary>The writer, the directory and the fan-out as Orleans runs them.</summary>
public sealed class GrainsInASiloTests
{
    private readonly UserId _ann = UserId.NewRandom();
    private readonly UserId _bob = UserId.NewRandom();

    [Fact]
    public async Task A_message_is_committed_answered_and_pushed_to_the_sessions_of_both()
    {
        await using var silo = await TestSilo.StartAsync();
        var conversation = silo.Direct(_ann, _bob);
        var session = await silo.ConnectAsync(_ann);
        await silo.ConnectAsync(_bob);

        var reply = await silo
            .Grains.GetConversation(conversation)
            .AppendAsync(new(_ann, session, _bob, [Message("one"), Message("two")]));

        Assert.Equal([1, 2], reply.Results.Select(result => result.Seq));
        Assert.All(reply.Results, result => Assert.Equal(AppendStatus.Committed, result.Status));
        await TestSilo.UntilAsync(() => silo.Hub.Of(conversation).Count > 0, "the push");
        var pushed = Assert.Single(silo.Hub.Of(conversation));
        Assert.Equal(["one", "two"], pushed.Entries.Select(entry => Encoding.UTF8.GetString(entry.Body.Span)));
        Assert.All(pushed.Origins, origin => Assert.Equal(session, origin));
        Assert.Equal(2, pushed.Head);
        Assert.Contains(_bob, pushed.Recipients);
    }

    [Fact]
    public async Task Writers_above_their_limit_end_and_go_on_when_they_are_written_to_again()
    {
        await using var silo = await TestSilo.StartAsync();
        var table = silo.Get<ActivationTable>();
        var peers = Enumerable.Range(0, 30).Select(_ => UserId.NewRandom()).ToList();
        foreach (var peer in peers)
        {
            await SayAsync(silo, peer, "one", 1);
        }

        Assert.Equal(30, table.Count);
        Assert.InRange(table.Bytes, 30 * 16_000, 30 * 20_000);
        await TestSilo.UntilAsync(
            () =>
            {
                table.Trim(5, long.MaxValue);
                return table.Count == 5;
            },
            "idle writers to end"
        );
        foreach (var peer in peers)
        {
            await SayAsync(silo, peer, "two", 2);
        }
    }

    private async Task SayAsync(TestSilo silo, UserId peer, string text, long seq)
    {
        var reply = await silo
            .Grains.GetConversation(silo.Direct(_ann, peer))
            .AppendAsync(new(_ann, SessionId.NewRandom(), peer, [Message(text)]));
        Assert.Equal((AppendStatus.Committed, seq), (reply.Results[0].Status, reply.Results[0].Seq));
    }

    [Fact]
    public async Task The_hot_tail_answers_a_recipient_and_nobody_else()
    {
        await using var silo = await TestSilo.StartAsync();
        var conversation = silo.Direct(_ann, _bob);
        await silo
            .Grains.GetConversation(conversation)
            .AppendAsync(new(_ann, SessionId.NewRandom(), _bob, [Message("one"), Message("two")]));

        var tail = silo.Get<IHotTail>();
        await TestSilo.UntilAsync(() => tail.TryRead(_bob, conversation, 1, out _), "the tail");
        Assert.True(tail.TryRead(_bob, conversation, 0, out var entries));
        Assert.Equal([1, 2], entries.Select(entry => entry.Seq));
        Assert.False(tail.TryRead(UserId.NewRandom(), conversation, 0, out _));
        Assert.False(tail.TryRead(_bob, conversation, 2, out _));
    }

    [Fact]
    public async Task A_creation_puts_the_conversation_into_both_indexes()
    {
        await using var silo = await TestSilo.StartAsync();
        var conversation = silo.Direct(_ann, _bob);
        await silo
            .Grains.GetConversation(conversation)
            .AppendAsync(new(_ann, SessionId.NewRandom(), _bob, [Message("one")]));

        var index = silo.Get<IConversationIndex>();
        foreach (var user in new[] { _ann, _bob })
        {
            var rows = await index.ListAsync(user, TestContext.Current.CancellationToken);
            Assert.Equal(conversation, Assert.Single(rows).Conversation);
        }
    }

    [Fact]
    public async Task A_pair_that_does_not_fit_the_id_gets_not_found()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetConversation(silo.Direct(_ann, _bob));
        var stranger = UserId.NewRandom();

        var asStranger = await grain.AppendAsync(new(stranger, SessionId.NewRandom(), _bob, [Message("no")]));
        var withoutPeer = await grain.AppendAsync(new(_ann, SessionId.NewRandom(), default, [Message("no")]));

        Assert.Equal(AppendStatus.NotFound, asStranger.Results[0].Status);
        Assert.Equal(AppendStatus.NotFound, withoutPeer.Results[0].Status);
    }

    [Fact]
    public async Task Marks_are_answered_when_persisted_and_told_to_both()
    {
        await using var silo = await TestSilo.StartAsync();
        var conversation = silo.Direct(_ann, _bob);
        await silo.ConnectAsync(_ann);
        await silo.ConnectAsync(_bob);
        var grain = silo.Grains.GetConversation(conversation);
        await grain.AppendAsync(new(_ann, SessionId.NewRandom(), _bob, [Message("one"), Message("two")]));

        var reply = await grain.MarkAsync(new(_bob, 0, 9));

        Assert.Equal(AppendStatus.Committed, reply.Status);
        Assert.Equal(new MemberMarks(2, 2, 2, 0), reply.Marks);
        var stored = await silo.Get<IConversationStore>().LoadAsync(conversation);
        Assert.Equal(reply.Marks, stored!.Members.Single(member => member.User == _bob).Marks);
        await TestSilo.UntilAsync(
            () => silo.Hub.Of(conversation).Exists(p => p.Receipts.Contains(new MarkChange(_bob, 2, 2))),
            "the receipt"
        );
    }

    [Fact]
    public async Task Many_senders_at_once_get_one_dense_order_and_all_of_it_is_pushed_in_order()
    {
        await using var silo = await TestSilo.StartAsync();
        var conversation = silo.Direct(_ann, _bob);
        await silo.ConnectAsync(_bob);
        var grain = silo.Grains.GetConversation(conversation);

        var calls = Enumerable
            .Range(0, 200)
            .Select(i =>
                grain.AppendAsync(
                    new(i % 2 == 0 ? _ann : _bob, SessionId.NewRandom(), i % 2 == 0 ? _bob : _ann, [Message($"m{i}")])
                )
            );
        var replies = await Task.WhenAll(calls);

        var seqs = replies.Select(reply => reply.Results[0].Seq).Order();
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), seqs);
        await TestSilo.UntilAsync(() => silo.Hub.Of(conversation).Sum(p => p.Entries.Length) >= 200, "200 entries");
        var pushed = silo.Hub.Of(conversation).SelectMany(p => p.Entries).Select(entry => entry.Seq);
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), pushed);
    }

    private static AppendItem Message(string text) =>
        new(new Cid(Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), Encoding.UTF8.GetBytes(text), default, 0);
}
