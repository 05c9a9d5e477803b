using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>Flags of members, changed past the writer.</summary>
public abstract class FlagConformance : IDisposable
{
    private readonly Lazy<StoreUnderTest> _ports;
    private readonly ConversationId _conversation = ConversationId.NewRandom();
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    protected FlagConformance() => _ports = new(Open);

    private IConversationStore Store => _ports.Value.Store;

    public void Dispose()
    {
        _ports.Value.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract StoreUnderTest Open();

    [Fact]
    public async Task Where_there_is_no_conversation_a_head_without_entries_is_made()
    {
        var member = await SetAsync(_anna, _ben, MemberFlags.Blocks, MemberFlags.None);

        Assert.Equal(MemberFlags.Blocks, member!.Flags);
        var loaded = (await Store.LoadAsync(_conversation))!;
        Assert.Equal((ConversationKind.Direct, 1L, 0L), (loaded.Kind, loaded.NextSeq, loaded.Messages));
        Assert.Equal([(_anna, MemberFlags.Blocks), (_ben, MemberFlags.None)], loaded.Members.Select(Show));
        Assert.All(loaded.Members, each => Assert.True(each.IsPresent));
        Assert.Equal(CommitStatus.Exists, (await Store.CommitAsync(Creation())).Status);
        Assert.Empty(
            await _ports.Value.Reader.ReadViewsAsync(_ben, [_conversation], TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData(MemberFlags.Blocks, MemberFlags.None)]
    [InlineData(MemberFlags.None, MemberFlags.Blocks)]
    public async Task A_head_made_for_flags_has_an_epoch_above_that_of_every_creation(
        MemberFlags add,
        MemberFlags remove
    )
    {
        await SetAsync(_anna, _ben, add, remove);

        Assert.Equal(2, (await Store.LoadAsync(_conversation))!.Epoch);
        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(First(epoch: 1))).Status);
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(First(epoch: 2))).Status);
    }

    [Fact]
    public async Task A_flag_that_is_set_and_cleared_at_once_is_set()
    {
        await SetAsync(_anna, _ben, MemberFlags.Request, MemberFlags.None);

        var member = await SetAsync(_anna, _ben, MemberFlags.Request, MemberFlags.Request);

        Assert.Equal(MemberFlags.Request, member!.Flags);
        Assert.Equal(2, (await Store.LoadAsync(_conversation))!.Epoch);
    }

    [Fact]
    public async Task A_former_member_has_no_flags_to_change()
    {
        await Store.CommitAsync(Creation());
        var gone = new Member(_ben, MemberRole.None, [new SeqRange(1, 1)], default);
        await Store.CommitAsync(new(_conversation, null, 1, 2, 2, [], [gone]));

        Assert.Null(await SetAsync(_ben, _anna, MemberFlags.Blocks, MemberFlags.None));
        Assert.Equal(2, (await Store.LoadAsync(_conversation))!.Epoch);
    }

    [Fact]
    public async Task Nothing_is_made_without_a_peer_and_nothing_for_who_is_no_member()
    {
        Assert.Null(await SetAsync(_anna, default, MemberFlags.None, MemberFlags.Blocks));
        Assert.Null(await Store.LoadAsync(_conversation));
        await Store.CommitAsync(Creation());
        Assert.Null(await SetAsync(UserId.NewRandom(), _ben, MemberFlags.Blocks, MemberFlags.None));
        Assert.Equal(1, (await Store.LoadAsync(_conversation))!.Epoch);
    }

    [Fact]
    public async Task A_change_raises_the_epoch_and_fences_the_writer_before_it()
    {
        await Store.CommitAsync(Creation());
        await SetAsync(_ben, default, MemberFlags.Blocks | MemberFlags.Declined, MemberFlags.None);

        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(Second(epoch: 1))).Status);
        var loaded = (await Store.LoadAsync(_conversation))!;
        Assert.Equal(2, loaded.Epoch);
        Assert.Equal(
            [(_anna, MemberFlags.None), (_ben, MemberFlags.Blocks | MemberFlags.Declined)],
            loaded.Members.Select(Show)
        );

        // The same again changes nothing, and fences nobody.
        await SetAsync(_ben, default, MemberFlags.Blocks, MemberFlags.None);
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Second(epoch: 2))).Status);
        await SetAsync(_ben, default, MemberFlags.None, MemberFlags.Blocks);
        Assert.Equal(
            (_ben, MemberFlags.Declined),
            Show((await Store.LoadAsync(_conversation))!.Members.Single(each => each.User == _ben))
        );
    }

    private static (UserId, MemberFlags) Show(Member member) => (member.User, member.Flags);

    private ValueTask<Member?> SetAsync(UserId user, UserId peer, MemberFlags add, MemberFlags remove) =>
        Store.SetFlagsAsync(_conversation, user, peer, add, remove);

    private ConversationCommit Creation() =>
        new(
            _conversation,
            new(ConversationKind.Direct, null),
            0,
            1,
            1,
            [Message(1)],
            [NewMember(_anna), NewMember(_ben)]
        );

    private ConversationCommit First(long epoch) => new(_conversation, null, epoch, epoch, 1, [Message(1)], []);

    private ConversationCommit Second(long epoch) => new(_conversation, null, epoch, epoch, 2, [Message(2)], []);

    private Entry Message(long seq) => new(seq, seq, EntryKind.Message, _anna, Talk.NewCid(), "x"u8.ToArray(), seq);

    private static Member NewMember(UserId user) =>
        new(user, MemberRole.Member, [new SeqRange(1, long.MaxValue)], default);
}
