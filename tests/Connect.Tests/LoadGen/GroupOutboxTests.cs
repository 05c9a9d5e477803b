using Connect.LoadGen.Groups;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.LoadGen;

/// <summary>What the devices of the group run keep in mind between two connections.</summary>
public sealed class GroupOutboxTests
{
    private readonly GroupOutbox _outbox = new("room", 3, 64);
    private readonly List<long> _again = [];

    [Fact]
    public void What_is_open_is_sent_again_oldest_first_with_the_same_cids_and_texts()
    {
        _outbox.Add(1);
        var first = Frames(1);
        _outbox.Add(2);
        var second = Frames(1);
        Assert.Empty(_again);
        Assert.Equal(("", first[0].Send.Cid), (first[0].Send.After, second[0].Send.After));

        var all = Frames(_outbox.OpenCount);
        Assert.Equal([first[0].Send.Cid, second[0].Send.Cid], all.Select(frame => frame.Send.Cid));
        Assert.Equal([first[0].Send.Text, second[0].Send.Text], all.Select(frame => frame.Send.Text));
        Assert.Equal(2, _again.Distinct().Count());
    }

    [Fact]
    public void What_is_acknowledged_is_no_predecessor_any_more()
    {
        _outbox.Add(1);
        _outbox.Add(2);
        Assert.True(_outbox.TryClose(0, out _, out var due));
        Assert.Equal(1, due);
        Assert.False(_outbox.TryClose(0, out _, out _));
        Assert.Equal("", Assert.Single(Frames(5)).Send.After);
    }

    [Fact]
    public void Receipts_only_rise_and_hold_for_what_is_before()
    {
        var view = new ReceiptView();
        view.Take(7, 10, 4);
        view.Take(7, 8, 6);
        view.Take(9, 3, 1);
        Assert.Equal((10u, 6u), view.Of(5, "me"));
        Assert.Equal((3u, 1u), view.Of(8, "me"));
        Assert.Equal((0u, 0u), view.Of(10, "me"));
    }

    [Fact]
    public void Marks_by_name_are_counted_without_ones_own()
    {
        var view = new ReceiptView();
        foreach (var (user, delivered, read) in new[] { ("me", 9UL, 9UL), ("a", 9UL, 2UL), ("b", 4UL, 4UL) })
        {
            view.Take(
                new Receipt
                {
                    User = user,
                    Delivered = delivered,
                    Read = read,
                }
            );
        }

        Assert.Equal((2u, 1u), view.Of(3, "me"));
    }

    private List<ClientFrame> Frames(int count) => [.. _outbox.ToFrames(count, 0, _again.Add)];
}
