using Connect.Cli.Screens.Chats;
using Connect.Cli.Screens.Pages;
using Connect.Cli.Screens.Painting;
using Connect.Cli.Words;
using Connect.Client;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Cli.Words;

/// <summary>What became of a message for one member, in lines and on the full screen alike.</summary>
public sealed class ReaderWordsTests
{
    private static readonly EndedSeqs Second = EndedSeqs.Of([new Wire.SeqRange { From = 2, To = 2 }]);

    [Theory]
    // Somebody who is away: their marks say nothing until they are back, so the age decides.
    [InlineData(1, 0, 2, false, "not yet delivered")]
    [InlineData(1, 0, 2, true, "not delivered in time")]
    [InlineData(0, 0, 1, true, "not delivered in time")]
    // Somebody who was away: their marks say it, whatever the age.
    [InlineData(3, 0, 2, false, "not delivered in time")]
    [InlineData(3, 3, 2, true, "not delivered in time")]
    // What arrived in time stays delivered however old it grows.
    [InlineData(3, 0, 3, true, "delivered")]
    [InlineData(3, 1, 1, true, "read")]
    public void The_age_decides_where_the_marks_say_nothing(
        long delivered,
        long read,
        long seq,
        bool isOld,
        string words
    )
    {
        var place = new MemberPlace("u", delivered, read) { Ended = delivered >= 2 ? Second : EndedSeqs.None };
        Assert.Equal(words, ReaderWords.Of(ReaderWords.Of(place, seq, isOld)));
        var page = new ReadersPage(seq, "text", [place]) { IsOld = isOld }.Lines(user => user);
        Assert.Contains(words, page[0].Text, StringComparison.Ordinal);

        // The rule of the SDK, of which this is the terminal's reading.
        var now = DateTimeOffset.UnixEpoch.AddDays(1);
        var time = isOld ? now.AddTicks(-1) : now;
        var entry = new Entry("c", seq, time, Wire.EntryKind.Message, "me", "cid", "text", null);
        Assert.Equal(words == "not delivered in time", place.HasEnded(entry, endedBefore: now));
    }

    [Fact]
    public void Every_tick_differs_from_the_others_by_more_than_its_colour_or_is_spelled_out_in_the_help()
    {
        var help = HelpPage.For(80).Select(line => line.Keys).ToList();
        foreach (var tick in Enum.GetValues<Tick>())
        {
            var (text, _) = TickMark.Of(tick, words: true);
            Assert.Contains(text, help);
        }

        Assert.NotEqual(TickMark.Of(Tick.Sent, words: false).Text, TickMark.Of(Tick.NotInTime, words: false).Text);
        Assert.NotEqual(TickMark.Of(Tick.Failed, words: false).Text, TickMark.Of(Tick.NotInTime, words: false).Text);
    }
}
