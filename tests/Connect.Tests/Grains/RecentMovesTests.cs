using Connect.Contracts.Identifiers;
using Connect.Conversations.State;
using Xunit;

namespace Connect.Tests.Grains;

public sealed class RecentMovesTests
{
    [Fact]
    public void What_moved_last_is_known_and_older_moves_and_users_are_forgotten()
    {
        var moves = new RecentMoves(users: 10);
        UserId user = new(1);
        for (var i = 0; i < RecentMoves.PerUser + 5; i++)
        {
            moves.Note(new((UInt128)(100 + i)), [user]);
        }

        moves.Note(new(105), [user]);
        var known = moves.Of(user);
        Assert.Equal(RecentMoves.PerUser, known.Length);
        Assert.Contains(new ConversationId(105), known);
        Assert.DoesNotContain(new ConversationId(104), known);

        for (var i = 0; i < 100; i++)
        {
            moves.Note(new(7), [.. Enumerable.Range(2 + i, 3).Select(each => new UserId((UInt128)each))]);
            Assert.InRange(moves.Count, 1, 20);
        }

        Assert.Empty(moves.Of(user));
        Assert.Equal([new ConversationId(7)], moves.Of(new(100)).AsEnumerable());
    }
}
