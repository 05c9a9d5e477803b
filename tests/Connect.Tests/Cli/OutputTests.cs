using System.Text.Json;
using Connect.Cli.Output;
using Connect.Cli.Words;
using Connect.Client;
using Connect.Protocol.V1;
using Connect.Tests.Cli.Drawing;
using CsCheck;
using Xunit;
using Entry = Connect.Client.Entry;

namespace Connect.Tests.Cli;

/// <summary>What is written for people and for scripts.</summary>
public sealed class OutputTests
{
    private const string Hostile = "\u001b[2Jgone\r\nsecond\u0007\u009b31m";

    [Fact]
    public void A_text_of_somebody_else_cannot_command_the_terminal()
    {
        var writer = new StringWriter();
        new TextOutput(writer).Entry(Message(Hostile), "bo\u001bb");
        var lines = writer.ToString().TrimEnd('\n');
        Assert.DoesNotContain(lines, each => char.IsControl(each) && each != '\n');
        Assert.Contains("gone", lines, StringComparison.Ordinal);
        // A line of the text cannot look like a line of the tool.
        Assert.All(lines.Split('\n').Skip(1), line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void No_text_or_name_of_somebody_else_can_command_the_terminal_or_look_like_a_line_of_the_tool() =>
        SafeTextTests.AnyText.Sample(text =>
        {
            var writer = new StringWriter();
            var output = new TextOutput(writer);
            output.Entry(Message(text), text);
            var titled = new Connect.Client.EntryChange("u2", Role.Admin, text, []);
            output.Entry(Message("") with { Kind = EntryKind.Title, Change = titled }, text, text);
            output.Group("g", text);
            var lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(3, lines.Count(line => !line.StartsWith("    ", StringComparison.Ordinal)));

            output.Added(text, "u2", isInvited: true);
            output.Invite(new("g", text, 2, "u2", text, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch));
            Assert.DoesNotContain(writer.ToString(), each => char.IsControl(each) && each != '\n');
            Assert.DoesNotContain(writer.ToString(), each => each is '\u202D' or '\u202E' or '\u2028' or '\u2029');
        });

    [Fact]
    public void For_scripts_no_control_character_is_written_as_itself() =>
        SafeTextTests.AnyText.Sample(text =>
        {
            var writer = new StringWriter();
            new JsonOutput(writer).Entry(Message(text), text);
            Assert.DoesNotContain(writer.ToString().TrimEnd('\n'), char.IsControl);
        });

    [Fact]
    public void For_scripts_each_thing_is_one_line_of_JSON_with_the_text_as_it_is()
    {
        var writer = new StringWriter();
        new JsonOutput(writer).Entry(Message(Hostile), "bob");
        var line = Assert.Single(writer.ToString().TrimEnd('\n').Split('\n'));
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal("message", json.GetProperty("type").GetString());
        Assert.Equal(Hostile, json.GetProperty("text").GetString());
        Assert.Equal(7, json.GetProperty("seq").GetInt64());
        Assert.Equal("bob", json.GetProperty("username").GetString());
    }

    [Theory]
    [InlineData(EntryKind.Created, "ann created the group Plans")]
    [InlineData(EntryKind.Added, "ann added bob")]
    [InlineData(EntryKind.Removed, "ann removed bob")]
    [InlineData(EntryKind.Left, "bob left")]
    [InlineData(EntryKind.Role, "ann made bob admin")]
    [InlineData(EntryKind.Title, "ann renamed the group to Plans")]
    [InlineData(EntryKind.Invited, "ann invited bob")]
    [InlineData(EntryKind.InviteAccepted, "bob joined")]
    [InlineData(EntryKind.InviteEnded, "the invite for bob has ended")]
    public void Changes_of_a_group_are_told_in_words(EntryKind kind, string words)
    {
        var writer = new StringWriter();
        var change = new Connect.Client.EntryChange("u2", Role.Admin, "Plans", []);
        new TextOutput(writer).Entry(Message("") with { Kind = kind, Change = change }, "ann", "bob");
        Assert.EndsWith("— " + words, writer.ToString().TrimEnd('\n'), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_may_have_been_sent_is_not_called_unsent()
    {
        var writer = new StringWriter();
        var message = new OutgoingMessage("c", "text", "cid", isTransmitted: true);
        new TextOutput(writer).Failed(
            message,
            new ConnectException(ErrorCode.TooOld, "Too old.") { PerhapsSent = true }
        );
        Assert.Contains("perhaps not sent", writer.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ann", "ann is typing …")]
    [InlineData("ann bob", "ann and bob are typing …")]
    [InlineData("ann bob cy", "ann, bob and others are typing …")]
    public void Who_types_is_told_in_words_and_its_end_is_not(string names, string words)
    {
        var writer = new StringWriter();
        var output = new TextOutput(writer);
        output.Typing(new("c", names.Split(' ')), names.Split(' '));
        output.Typing(new("c", []), []);
        Assert.Equal("— " + words, writer.ToString().TrimEnd('\n'));
    }

    [Fact]
    public void People_are_told_for_people_and_for_scripts()
    {
        var writer = new StringWriter();
        foreach (var output in new IOutput[] { new TextOutput(writer), new JsonOutput(writer) })
        {
            output.Contact(new("u1", "ann", ContactState.Asked, DateTimeOffset.UnixEpoch));
            output.Blocked(new("u2", "bob", DateTimeOffset.UnixEpoch));
            output.Privacy(new(Presence: false, ReadReceipts: true));
            output.Presence(new("u1", IsOnline: true, DateTimeOffset.FromUnixTimeSeconds(1)), "ann");
            output.Counts(new("c", 7, 60, 40), others: 80);
            output.Receipt(new("c", "u1", 7, 7), "ann", "read by 1 of 2");
            output.Reader(new("u1", 7, 3), "ann", ReaderState.Delivered);
            output.Reader(new("u2", 0, 0), "bob", ReaderState.NotInTime);
            output.Skipped(new("c", 1, 2, SkipReason.Expired));
        }

        Assert.Equal(
            [
                "ann                               sent you a request: connect contacts accept",
                "bob",
                "presence       off",
                "read-receipts  on",
                "— ann is online",
                $"✓✓ #{7}: delivered to 60 of 80, read by 40 of 80",
                $"✓✓ ann has read up to #{7}, read by 1 of 2",
                "ann                               delivered",
                "bob                               not delivered in time",
                $"— #{1} to #{2}: not delivered in time; connect history shows it",
                """{"type":"contact","user":"u1","username":"ann","state":"asked","since":0}""",
                """{"type":"blocked","user":"u2","username":"bob","since":0}""",
                """{"type":"privacy","presence":false,"read_receipts":true}""",
                """{"type":"presence","user":"u1","username":"ann","online":true,"since":1000}""",
                """{"type":"receipt_counts","conversation":"c","seq":7,"delivered_count":60,"read_count":40}""",
                """{"type":"receipt","conversation":"c","user":"u1","username":"ann","delivered":7,"read":7}""",
                """{"type":"reader","user":"u1","username":"ann","state":"delivered","delivered":7,"read":3}""",
                """{"type":"reader","user":"u2","username":"bob","state":"not_in_time","delivered":0,"read":0}""",
                """{"type":"skipped","conversation":"c","from":1,"to":2,"why":"expired"}""",
            ],
            writer.ToString().TrimEnd('\n').Split('\n')
        );
    }

    private static Entry Message(string text) =>
        new("c", 7, DateTimeOffset.UnixEpoch, EntryKind.Message, "u", "cid", text, null);
}
