using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

public sealed class SyncTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task All_gives_what_follows_each_position_and_unlisted_conversations_from_their_start()
    {
        var (anna, bert, carl) = await ThreeAsync();
        Write(anna, bert, 5);
        Write(carl, bert, 3);
        var client = await _gateway.ConnectAsync(bert);
        var pages = await client.SyncAsync(SyncMode.All, At(anna, bert, 2));

        Assert.Equal([3ul, 4ul, 5ul], Seqs(pages, anna, bert));
        Assert.Equal([1ul, 2ul, 3ul], Seqs(pages, carl, bert));
        Assert.True(client.Session.Pushes.IsLive);
    }

    [Fact]
    public async Task Until_synced_nothing_is_pushed_and_what_moves_joins_the_sync()
    {
        var (anna, bert, carl) = await ThreeAsync();
        Write(anna, bert, 1);
        var client = await _gateway.ConnectAsync(bert);
        Write(anna, bert, 1);
        var first = await client.AskAsync(
            new()
            {
                Sync = new() { Mode = SyncMode.All, More = true },
            }
        );
        Assert.NotNull(first.Ok);
        Write(carl, bert, 1);
        var pages = await client.SyncAsync();

        Assert.Equal([1ul, 2ul], Seqs(pages, anna, bert));
        Assert.Equal([1ul], Seqs(pages, carl, bert));
        Assert.DoesNotContain(client.Frames, each => each.Entries is not null || each.Hint is not null);

        Write(carl, bert, 1);
        var push = await client.PushAsync(ServerFrame.BodyOneofCase.Entries);
        Assert.Equal(2ul, Assert.Single(push.Entries.Entries_).Seq);
    }

    [Fact]
    public async Task A_position_above_the_head_is_named_in_reset_and_one_at_it_is_not()
    {
        var (anna, bert, carl) = await ThreeAsync();
        Write(anna, bert, 2);
        Write(carl, bert, 2);
        var client = await _gateway.ConnectAsync(bert);
        var pages = await client.SyncAsync(SyncMode.All, At(anna, bert, 9), At(carl, bert, 2));

        var reset = Assert.Single(pages.SelectMany(page => page.Reset));
        Assert.Equal((At(anna, bert, 9).Conversation, 2ul), (reset.Conversation, reset.Seq));
        Write(anna, bert, 1);
        var push = await client.PushAsync(ServerFrame.BodyOneofCase.Entries);
        Assert.Equal(3ul, Assert.Single(push.Entries.Entries_).Seq);
    }

    [Fact]
    public async Task Positions_come_in_parts()
    {
        var (anna, bert, carl) = await ThreeAsync();
        Write(anna, bert, 2);
        Write(carl, bert, 2);
        var client = await _gateway.ConnectAsync(bert);
        var part = new Sync { Mode = SyncMode.All, More = true };
        part.Positions.Add(At(anna, bert, 2));
        Assert.NotNull((await client.AskAsync(new() { Sync = part })).Ok);
        var pages = await client.SyncAsync(SyncMode.All, At(carl, bert, 1));

        Assert.Empty(Seqs(pages, anna, bert));
        Assert.Equal([2ul], Seqs(pages, carl, bert));
    }

    [Fact]
    public async Task More_positions_than_the_limit_are_too_large_and_the_session_lives()
    {
        using var gateway = new GatewayHarness(options => options.SyncPositions = 3);
        var client = await gateway.ConnectAsync(await gateway.NewUserAsync("bert"));
        Sync Part(int positions, bool more)
        {
            var part = new Sync { Mode = SyncMode.All, More = more };
            part.Positions.Add(
                Enumerable
                    .Range(0, positions)
                    .Select(_ => new Position { Conversation = ConversationId.NewRandom().ToString(), Seq = 1 })
            );
            return part;
        }

        Assert.NotNull((await client.AskAsync(new() { Sync = Part(3, more: true) })).Ok);
        var error = (await client.AskAsync(new() { Sync = Part(1, more: false) })).Err;
        Assert.Equal((uint)ErrorCode.TooLarge, error.Code);

        // What was told in parts is forgotten with it.
        Assert.NotNull((await client.AskAsync(new() { Sync = Part(3, more: false) })).SyncPage);
    }

    [Fact]
    public async Task Listed_reads_only_these_and_hints_at_others_that_moved_meanwhile()
    {
        var reader = new InterleavingReader();
        using var gateway = new GatewayHarness(wrap: reader.Wrap);
        var (anna, bert) = (UserId.NewRandom(), UserId.NewRandom());
        var conversation = gateway.Keys.Derive(anna, bert);
        gateway.Conversations.Write(conversation, anna, bert, "one");
        gateway.Conversations.Write(conversation, anna, bert, "two");
        gateway.Conversations.Write(gateway.Keys.Derive(anna, UserId.NewRandom()), bert, anna, "not listed");
        var client = await gateway.ConnectAsync(bert);
        var outside = ConversationId.NewRandom();
        reader.BeforeRead = () => gateway.Delivery.Deliver([Publication.Hint(outside, 9, [bert])]);
        var listed = new Position { Conversation = conversation.ToString(), Seq = 1 };
        var page = Assert.Single(await client.SyncAsync(SyncMode.Listed, listed));

        Assert.Equal("two", Assert.Single(page.Entries).Text);
        var hint = Assert.Single((await client.PushAsync(ServerFrame.BodyOneofCase.Hint)).Hint.Hints_);
        Assert.Equal((outside.ToString(), 9ul), (hint.Conversation, hint.Head));
        Assert.True(client.Frames[^1].Hint is not null, "The hint comes after synced.");
    }

    [Fact]
    public async Task Fresh_starts_at_the_delivered_marks()
    {
        var (anna, bert, carl) = await ThreeAsync();
        Write(anna, bert, 4);
        Write(carl, bert, 2);
        await DeliveredAsync(anna, bert, 3);
        var client = await _gateway.ConnectAsync(bert);
        var pages = await client.SyncAsync(SyncMode.Fresh);

        Assert.Equal([4ul], Seqs(pages, anna, bert));
        Assert.Equal([1ul, 2ul], Seqs(pages, carl, bert));
    }

    [Fact]
    public async Task What_is_older_than_the_window_is_named_as_expired()
    {
        var (anna, bert, _) = await ThreeAsync();
        Write(anna, bert, 3);
        _gateway.Time.Advance(TimeSpan.FromDays(31));
        Write(anna, bert, 1);
        var client = await _gateway.ConnectAsync(bert);
        var pages = await client.SyncAsync();

        Assert.Equal([4ul], Seqs(pages, anna, bert));
        var skipped = Assert.Single(pages.SelectMany(page => page.Skipped));
        Assert.Equal((1ul, 3ul, SkipReason.Expired), (skipped.From, skipped.To, skipped.Why));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public async Task The_window_ends_to_the_millisecond_whether_a_conversation_is_listed_or_not(int late, int position)
    {
        _gateway.Limits.UndeliveredTtl = TimeSpan.FromDays(3);
        var (anna, bert, _) = await ThreeAsync();
        Write(anna, bert, 2);
        _gateway.Time.Advance(TimeSpan.FromMilliseconds(1));
        Write(anna, bert, 1);
        _gateway.Time.Advance(TimeSpan.FromDays(3) - TimeSpan.FromMilliseconds(1 - late));
        var client = await _gateway.ConnectAsync(bert);
        Position[] held = position == 0 ? [] : [At(anna, bert, (ulong)position)];
        var pages = await client.SyncAsync(SyncMode.All, held);

        // On the edge all are given; a millisecond later the older ones are not, and are history all the same.
        var first = (ulong)position + 1;
        Assert.Equal(
            late == 1 ? [3] : Enumerable.Range((int)first, 4 - (int)first).Select(seq => (ulong)seq),
            Seqs(pages, anna, bert)
        );
        var skipped = pages.SelectMany(page => page.Skipped).Select(range => (range.From, range.To, range.Why));
        Assert.Equal(late == 1 ? [(first, 2ul, SkipReason.Expired)] : [], skipped);
        var history = new HistoryRequest { Conversation = At(anna, bert, 0).Conversation };
        var page = (await client.AskAsync(new() { History = history })).History;
        Assert.Equal([1ul, 2ul, 3ul], page.Entries.Select(entry => entry.Seq));
        Assert.Empty(page.Skipped);
    }

    [Fact]
    public async Task A_position_above_the_head_is_answered_from_the_head()
    {
        var (anna, bert, _) = await ThreeAsync();
        Write(anna, bert, 2);
        var client = await _gateway.ConnectAsync(bert);
        Assert.Empty(Seqs(await client.SyncAsync(SyncMode.All, At(anna, bert, 90)), anna, bert));
        Write(anna, bert, 1);
        var push = await client.PushAsync(ServerFrame.BodyOneofCase.Entries);
        Assert.Equal(3ul, Assert.Single(push.Entries.Entries_).Seq);
    }

    [Fact]
    public async Task Pages_end_at_128_KiB_and_go_oldest_first()
    {
        var (anna, bert, _) = await ThreeAsync();
        var conversation = _gateway.Keys.Derive(anna, bert);
        for (var i = 0; i < 60; i++)
        {
            _gateway.Conversations.Write(conversation, anna, bert, new('x', 8000));
        }

        var client = await _gateway.ConnectAsync(bert);
        var pages = await client.SyncAsync();
        Assert.Equal(Enumerable.Range(1, 60).Select(each => (ulong)each), Seqs(pages, anna, bert));
        Assert.All(pages, page => Assert.InRange(page.CalculateSize(), 0, 131_072));
        Assert.All(pages.SkipLast(1), page => Assert.True(page.More && !page.Synced));
        Assert.InRange(pages.Count, 4, 6);
    }

    [Fact]
    public async Task Next_without_a_sync_is_refused_and_so_is_one_without_a_mode()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        Assert.Equal("next", (await client.AskAsync(new() { Next = new() })).Err.Field);
        Assert.Equal("mode", (await client.AskAsync(new() { Sync = new() })).Err.Field);
        Assert.NotNull(await client.SyncAsync());
    }

    [Fact]
    public async Task Positions_of_conversations_that_are_not_theirs_give_nothing()
    {
        var (anna, bert, carl) = await ThreeAsync();
        Write(anna, bert, 2);
        var client = await _gateway.ConnectAsync(carl);
        var page = Assert.Single(await client.SyncAsync(SyncMode.All, At(anna, bert, 0), At(anna, carl, 5)));
        Assert.Empty(page.Entries);
        Assert.Empty(page.Skipped);
    }

    private async Task<(UserId Anna, UserId Bert, UserId Carl)> ThreeAsync() =>
        (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"), await _gateway.NewUserAsync("carl"));

    private void Write(UserId from, UserId to, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _gateway.Conversations.Write(_gateway.Keys.Derive(from, to), from, to, $"message {i}");
        }
    }

    private async Task DeliveredAsync(UserId from, UserId to, long seq)
    {
        var conversation = _gateway.Keys.Derive(from, to);
        var snapshot = (await _gateway.Store.LoadAsync(conversation))!;
        var member = snapshot.Members.Single(each => each.User == to);
        var marked = member with { Marks = new Contracts.Conversations.MemberMarks(seq, 0, 0, 0) };
        var commit = new Contracts.Storage.ConversationCommit(
            conversation,
            null,
            snapshot.Epoch,
            snapshot.Epoch,
            snapshot.NextSeq,
            [],
            [marked]
        );
        await _gateway.Store.CommitAsync(commit);
    }

    private Position At(UserId one, UserId other, ulong seq) =>
        new() { Conversation = _gateway.Keys.Derive(one, other).ToString(), Seq = seq };

    private IEnumerable<ulong> Seqs(IEnumerable<SyncPage> pages, UserId one, UserId other)
    {
        var conversation = _gateway.Keys.Derive(one, other).ToString();
        return pages
            .SelectMany(page => page.Entries)
            .Where(each => each.Conversation == conversation)
            .Select(e => e.Seq);
    }
}
