using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Delivery.Typing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Gateway.Signals;

/// <summary>Members remembered for typing: few reads, and no word to somebody who is gone.</summary>
public sealed class MemberCacheTests
{
    private static readonly ConversationId Room = new(7);
    private static readonly UserId Ann = new(1);
    private static readonly UserId Bob = new(2);
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly Reader _reader = new();
    private readonly MemberCache _cache;

    public MemberCacheTests() =>
        _cache = new(_reader, _time, Options.Create(new TypingOptions { Conversations = 10, MemberMemory = Memory }));

    [Fact]
    public async Task Members_are_read_once_and_again_after_the_memory()
    {
        _reader.Members = [Founder(Ann), Founder(Bob)];
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal([Ann, Bob], await _cache.FindAsync(Ann, Room));
        }

        Assert.Null(await _cache.FindAsync(new UserId(9), Room));
        Assert.Equal(1, _reader.Reads);
        _time.Advance(Memory);
        await _cache.FindAsync(Ann, Room);
        Assert.Equal(2, _reader.Reads);
    }

    [Fact]
    public async Task An_entry_that_changes_the_membership_ends_it_and_a_message_does_not()
    {
        _reader.Members = [Founder(Ann), Founder(Bob)];
        await _cache.FindAsync(Ann, Room);
        _cache.Notice(Of(EntryKind.Message));
        await _cache.FindAsync(Ann, Room);
        Assert.Equal(1, _reader.Reads);

        _reader.Members = [Founder(Ann)];
        _cache.Notice(Of(EntryKind.Removed));
        Assert.Equal([Ann], await _cache.FindAsync(Ann, Room));
        _cache.Notice(Publication.Hint(Room, 9, [Ann]));
        await _cache.FindAsync(Ann, Room);
        Assert.Equal(3, _reader.Reads);
    }

    [Theory]
    [InlineData(MemberFlags.Request)]
    [InlineData(MemberFlags.Blocks)]
    public async Task Where_a_request_or_a_block_stands_nobody_hears_of_anybody(MemberFlags flags)
    {
        _reader.Members = [Founder(Ann), Founder(Bob) with { Flags = flags }];
        Assert.Equal([Ann], await _cache.FindAsync(Ann, Room));
        Assert.Equal([Bob], await _cache.FindAsync(Bob, Room));

        _reader.Members = [Founder(Ann), Founder(Bob)];
        Assert.Equal([Ann, Bob], await _cache.FindAsync(Ann, Room));
    }

    private static Member Founder(UserId user) => new(user, MemberRole.Member, [new(1, long.MaxValue)], default);

    private static Publication Of(EntryKind kind) =>
        new(Room, 3, [new Entry(3, 1, kind, Ann, default, default, 1)], [], [], [Ann, Bob]);

    private sealed class Reader : IConversationReader
    {
        public ImmutableArray<Member> Members { get; set; } = [];

        public int Reads { get; private set; }

        public ValueTask<ImmutableArray<Member>?> ReadMembersAsync(
            UserId reader,
            ConversationId conversation,
            CancellationToken cancellationToken
        )
        {
            Reads++;
            return new(Members);
        }

        public ValueTask<HistorySlice> ReadHistoryAsync(
            UserId reader,
            ConversationId conversation,
            HistoryQuery query,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<SyncSlice> ReadAfterAsync(
            UserId reader,
            ConversationId conversation,
            SyncQuery query,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<ImmutableArray<ConversationView>> ReadViewsAsync(
            UserId reader,
            ImmutableArray<ConversationId> conversations,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<OwnNewest?> ReadOwnNewestAsync(
            UserId reader,
            ConversationId conversation,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<ImmutableArray<InviteView>> ReadInvitesAsync(
            UserId reader,
            ImmutableArray<ConversationId> conversations,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<ImmutableArray<ConversationActivity>> ReadActivityAsync(
            ImmutableArray<ConversationId> conversations,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<ImmutableArray<Member?>> ReadOwnAsync(
            UserId reader,
            ImmutableArray<ConversationId> conversations,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<ImmutableArray<OwnMembership>> ReadMembershipsAsync(
            UserId reader,
            ImmutableArray<ConversationId> conversations,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();
    }
}
