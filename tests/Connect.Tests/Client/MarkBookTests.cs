using Connect.Client.Connections;
using Connect.Client.Positions;
using Connect.Protocol.Frames;
using Xunit;

namespace Connect.Tests.Client;

/// <summary>When the client tells its marks, and tells them again.</summary>
public sealed class MarkBookTests
{
    private readonly FrameFit _fit = new(FrameCodec.Protobuf);

    [Fact]
    public void Marks_that_are_refused_as_too_many_wait_as_long_as_told_and_take_with_them_what_rose_meanwhile()
    {
        var book = new MarkBook();
        book.Raise("c1", 0, 5);
        Assert.NotNull(book.Take(TimeSpan.Zero, _fit));
        Assert.Empty(book.Refused(retryable: true, TimeSpan.FromSeconds(30), TimeSpan.Zero));
        book.Raise("c1", 0, 7);
        book.Raise("c2", 3, 0);

        Assert.Null(book.Take(TimeSpan.FromSeconds(29.9), _fit));
        var again = book.Take(TimeSpan.FromSeconds(30), _fit)!.Mark.Marks;
        Assert.Equal([("c1", 7ul), ("c2", 0ul)], again.Select(mark => (mark.Conversation, mark.Read)).Order());
        Assert.Equal(2, book.Confirmed().Count);
        Assert.Null(book.DueAt);
    }
}
