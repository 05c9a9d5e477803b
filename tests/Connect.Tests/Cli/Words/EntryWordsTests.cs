using Connect.Cli.Output;
using Connect.Cli.Words;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Protocol.V1;
using Connect.Tests.Cli.Screens;
using Xunit;
using Entry = Connect.Client.Entry;
using EntryChange = Connect.Client.EntryChange;

namespace Connect.Tests.Cli.Words;

/// <summary>What a change to a conversation says, wherever the terminal shows it.</summary>
public sealed class EntryWordsTests
{
    private const string Unknown = "something this version cannot show";

    public static TheoryData<EntryKind> Changes =>
        [.. Enum.GetValues<EntryKind>().Except([EntryKind.Unspecified, EntryKind.Message])];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Every_kind_says_the_same_in_lines_in_the_list_and_on_the_full_screen(EntryKind kind)
    {
        var entry = Change(kind);
        var words = EntryWords.Of(entry, "somebody", "bob");
        Assert.NotEqual(Unknown, words);

        using var lines = new StringWriter();
        new TextOutput(lines).Entry(entry, "somebody", "bob");
        Assert.EndsWith("— " + words, lines.ToString().TrimEnd('\n'), StringComparison.Ordinal);

        var world = new ScreenWorld(width: 160);
        world.Live();
        world.Model.Named([(ScreenWorld.Bob, "bob")]);
        world.Happen(new EntryReceived(entry));
        world.Open();
        // Once in the history, once in the list, which has room for its beginning.
        var screen = world.Screen();
        Assert.Contains(words, screen, StringComparison.Ordinal);
        Assert.Equal(2, screen.Split(words[..Math.Min(words.Length, 12)]).Length - 1);
    }

    [Fact]
    public void A_kind_of_a_later_version_is_shown_as_a_change_that_cannot_be_told()
    {
        var entry = Change((EntryKind)99);
        Assert.False(entry.IsMessage);
        Assert.Equal(Unknown, EntryWords.Of(entry, "ann", "bob"));
        Assert.Equal(Unknown, EntryWords.Of(LogItem.Of(entry), user => user));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_that_names_no_member_concerns_whoever_made_it(EntryKind kind)
    {
        var words = EntryWords.Of(Change(kind) with { Change = null }, "ann", "");
        Assert.Contains("ann", words, StringComparison.Ordinal);
        Assert.DoesNotContain("  ", words, StringComparison.Ordinal);
    }

    private static Entry Change(EntryKind kind) =>
        ScreenWorld.Entry(1, "u-cy", "") with
        {
            Kind = kind,
            Change = new EntryChange(ScreenWorld.Bob, Role.Admin, "Plans", []),
        };
}
