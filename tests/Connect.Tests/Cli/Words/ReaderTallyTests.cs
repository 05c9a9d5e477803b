using Connect.Cli.Words;
using Connect.Client;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Cli.Words;

/// <summary>Of how many a message is read, in line mode.</summary>
public sealed class ReaderTallyTests
{
    private static readonly ConversationInfo Group = new(
        "c",
        ConversationKind.Group,
        "Plans",
        "",
        3,
        Role.Member,
        4,
        null,
        4,
        4,
        0,
        false,
        [new("u-bob", 3, 2), new("u-cy", 3, 0)]
    );

    [Fact]
    public void It_counts_the_members_of_now_and_marks_only_rise()
    {
        var tally = new ReaderTally("u-me");
        Assert.Equal("", tally.Of(1));
        tally.Learn(Group);
        Assert.Equal("read by 1 of 2", tally.Of(2));
        Assert.Equal("delivered to 2 of 2", tally.Of(3));
        tally.Apply(new("c", "u-cy", 4, 4));
        tally.Apply(new("c", "u-cy", 1, 1));
        tally.Apply(new("c", "u-me", 9, 9));
        Assert.Equal("read by 1 of 2", tally.Of(4));
        // Bob left, Dan came.
        tally.Learn(Group with { Others = [new("u-cy", 3, 0), new("u-dan", 0, 0)] });
        Assert.Equal("read by 1 of 2", tally.Of(2));
    }

    [Fact]
    public void A_large_group_is_counted_by_the_server_and_a_direct_conversation_needs_no_count()
    {
        var tally = new ReaderTally("u-me");
        tally.Learn(Group with { MemberCount = 81, Others = [] });
        Assert.Equal((80, ""), (tally.Others, tally.Of(1)));
        tally.Learn(Group with { Kind = ConversationKind.Direct, MemberCount = 2, Others = [new("u-bob", 1, 1)] });
        Assert.Equal((0, ""), (tally.Others, tally.Of(1)));
    }
}
