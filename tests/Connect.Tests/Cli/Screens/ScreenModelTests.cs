using Connect.Cli.Keys;
using Connect.Cli.Screens.Models;
using Connect.Client;
using Connect.Client.Views;
using Xunit;

namespace Connect.Tests.Cli.Screens;

/// <summary>What the full screen decides, without a terminal.</summary>
public sealed class ScreenModelTests
{
    private static readonly Key Enter = new(KeyKind.Enter);
    private static readonly Key PageUp = new(KeyKind.PageUp);

    [Fact]
    public void A_message_is_queued_then_sent_delivered_and_read_and_stands_there_once()
    {
        var world = new ScreenWorld();
        world.Live();
        world.Open();
        world.Type("hello");
        world.Press(Enter);
        var send = Assert.Single(world.Take().OfType<ScreenRequest.Send>());
        Assert.Equal((ScreenWorld.Room, "hello"), (send.Conversation, send.Text));
        Assert.True(world.Chat.Draft.IsEmpty);

        var message = world.Queue("hello", "cid-1");
        Assert.Contains("… queued", world.Screen(), StringComparison.Ordinal);
        world.Confirm(message, 1);
        Assert.Contains("✓ sent", world.Screen(), StringComparison.Ordinal);
        world.Happen(new ReceiptChanged(ScreenWorld.Room, ScreenWorld.Bob, 1, 0));
        Assert.Contains("✓✓ delivered", world.Screen(), StringComparison.Ordinal);
        world.Happen(new ReceiptChanged(ScreenWorld.Room, ScreenWorld.Bob, 1, 1));
        Assert.Contains("✓✓ read", world.Screen(), StringComparison.Ordinal);
        // Once in the history, and once as the last words in the list.
        Assert.Equal(2, world.Screen().Split("hello").Length - 1);
    }

    [Fact]
    public void An_entry_that_is_faster_than_its_outbox_is_not_shown_twice()
    {
        var world = new ScreenWorld();
        world.Open();
        world.Receive(1, ScreenWorld.Me, "hello", "cid-1");
        world.Receive(1, ScreenWorld.Me, "hello", "cid-1");
        world.Queue("hello", "cid-1");
        Assert.Empty(world.Chat.Waiting);
        Assert.Single(world.Chat.Items);
    }

    [Fact]
    public void Only_what_was_on_the_screen_is_marked_as_read()
    {
        var world = new ScreenWorld(height: 14);
        world.ReceiveUpTo(50);
        world.Show();
        Assert.Empty(world.Take().OfType<ScreenRequest.MarkRead>());
        Assert.Equal(50, world.Chat.Unread);

        world.Open();
        var screen = world.Screen();
        Assert.Contains("50 new", screen, StringComparison.Ordinal);
        Assert.Contains("message 1\n", screen + "\n", StringComparison.Ordinal);
        var mark = Assert.Single(world.Take().OfType<ScreenRequest.MarkRead>());
        Assert.InRange(mark.Seq, 1, 12);
        Assert.Contains($"message {mark.Seq}", screen, StringComparison.Ordinal);
        Assert.DoesNotContain($"message {mark.Seq + 1} ", screen + " ", StringComparison.Ordinal);
        Assert.Equal(50 - mark.Seq, world.Chat.Unread);

        world.Press(new Key(KeyKind.End));
        world.Show();
        Assert.Equal(50, Assert.Single(world.Take().OfType<ScreenRequest.MarkRead>()).Seq);
        Assert.Equal(0, world.Chat.Unread);
        world.Show();
        Assert.Empty(world.Take());
    }

    [Fact]
    public void Who_opens_it_and_goes_to_the_end_before_anything_is_there_is_at_the_end()
    {
        var world = new ScreenWorld(height: 14);
        world.ReceiveUpTo(50);
        world.Press(Enter, new Key(KeyKind.End));
        Assert.Contains("loading", world.Screen(), StringComparison.Ordinal);
        world.ReceiveUpTo(51);
        Assert.Contains("message 51", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_help_or_the_list_covers_is_not_read()
    {
        var world = new ScreenWorld(width: 40, height: 12);
        world.Open();
        world.Show();
        world.Press(new Key(KeyKind.Help));
        world.Receive(1);
        Assert.Contains("send", world.Screen(), StringComparison.Ordinal);
        Assert.Empty(world.Take().OfType<ScreenRequest.MarkRead>());
        world.Press(new Key(KeyKind.Escape), new Key(KeyKind.Escape));
        Assert.Equal(ScreenFocus.List, world.Model.Focus);
        world.Show();
        Assert.Empty(world.Take().OfType<ScreenRequest.MarkRead>());
        world.Press(Enter);
        world.Show();
        Assert.Equal(1, Assert.Single(world.Take().OfType<ScreenRequest.MarkRead>()).Seq);
    }

    [Fact]
    public void A_message_tells_what_was_on_the_screen_when_it_was_written()
    {
        var world = new ScreenWorld();
        world.ReceiveUpTo(3);
        world.Open();
        world.Show();
        world.Type("yes");
        // This one comes after the last painting: nobody has seen it.
        world.Receive(4);
        world.Press(Enter);
        Assert.Equal(3, Assert.Single(world.Take().OfType<ScreenRequest.Send>()).Seen);
    }

    [Fact]
    public void Scrolled_back_the_view_stays_where_it_is_when_messages_come()
    {
        var world = new ScreenWorld();
        world.ReceiveUpTo(200);
        world.Open();
        world.Press(new Key(KeyKind.End));
        world.Show();
        world.Press(PageUp, PageUp);
        var before = world.Show();
        world.Receive(201);
        var after = world.Show();
        Assert.Equal(Messages(before), Messages(after));
        Assert.True(Messages(before).Count > 10);
        Assert.Contains("1 new below", string.Join('\n', after), StringComparison.Ordinal);
        Assert.Equal(200, world.Take().OfType<ScreenRequest.MarkRead>().Max(mark => mark.Seq));
        world.Press(new Key(KeyKind.End));
        Assert.Contains("message 201", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void At_the_top_older_messages_are_asked_for_once_and_the_view_does_not_jump()
    {
        var world = new ScreenWorld();
        world.Live();
        for (var seq = 101L; seq <= 160; seq++)
        {
            world.Receive(seq);
        }

        world.HasOlder();
        world.Happen(new ReceiptChanged(ScreenWorld.Room, ScreenWorld.Me, 160, 160));
        world.Open();
        world.Show();
        world.Take();
        for (var page = 0; page < 20; page++)
        {
            world.Press(PageUp);
            world.Show();
        }

        Assert.Single(world.Take().OfType<ScreenRequest.LoadOlder>());
        Assert.Contains("loading older messages", world.Screen(), StringComparison.Ordinal);
        world.Older(Enumerable.Range(1, 100).Select(seq => ScreenWorld.Entry(seq, "u-bob", $"old {seq}")), false);
        Assert.Contains("message 105", world.Screen(), StringComparison.Ordinal);
        for (var page = 0; page < 20; page++)
        {
            world.Press(PageUp);
            world.Show();
        }

        var top = world.Screen();
        Assert.Contains("old 1\n", top + "\n", StringComparison.Ordinal);
        Assert.Contains("the conversation begins here", top, StringComparison.Ordinal);
        Assert.Empty(world.Take().OfType<ScreenRequest.LoadOlder>());
    }

    [Fact]
    public void What_is_older_and_did_not_come_is_asked_for_again_with_the_connection_or_by_the_user()
    {
        var world = new ScreenWorld();
        world.Receive(50);
        world.HasOlder();
        world.Open();
        world.Show();
        Assert.Single(world.Take().OfType<ScreenRequest.LoadOlder>());
        world.Model.Loaded(ScreenWorld.Room, failed: true);
        Assert.Contains("older messages need a connection", world.Screen(), StringComparison.Ordinal);
        world.Press(PageUp);
        world.Show();
        Assert.Empty(world.Take());
        world.Live();
        world.Show();
        Assert.Single(world.Take().OfType<ScreenRequest.LoadOlder>());
        world.Model.Loaded(ScreenWorld.Room, failed: true);
        Assert.Contains("did not come: PgUp tries again", world.Screen(), StringComparison.Ordinal);
        world.Show();
        Assert.Empty(world.Take());
        world.Press(PageUp);
        world.Show();
        Assert.Single(world.Take().OfType<ScreenRequest.LoadOlder>());
    }

    [Fact]
    public void A_message_beyond_the_limit_is_refused_before_it_is_sent()
    {
        var world = new ScreenWorld();
        world.Open();
        world.Press(new Key(KeyKind.Paste, new string('漢', 2_700)));
        Assert.Contains("8,100 of 8,000 bytes: too long", world.Screen(), StringComparison.Ordinal);
        world.Press(Enter);
        Assert.Empty(world.Take().OfType<ScreenRequest.Send>());
        Assert.Contains("100 bytes longer", world.Screen(), StringComparison.Ordinal);
        Assert.Equal(2_700, world.Chat.Draft.Text.Length);
        for (var count = 0; count < 34; count++)
        {
            world.Press(new Key(KeyKind.Backspace));
        }

        world.Press(Enter);
        Assert.Single(world.Take().OfType<ScreenRequest.Send>());
    }

    [Fact]
    public void A_limit_the_operator_has_lowered_holds_for_the_draft()
    {
        var world = new ScreenWorld();
        world.Model.TextBytes = 100;
        world.Open();
        world.Type(new string('x', 87));
        Assert.Contains("87 of 100 bytes", world.Screen(), StringComparison.Ordinal);
        world.Type(new string('x', 14));
        Assert.Contains("101 of 100 bytes: too long", world.Screen(), StringComparison.Ordinal);
        world.Press(Enter);
        Assert.Contains("1 byte longer than the 100", world.Screen(), StringComparison.Ordinal);
        Assert.Empty(world.Take().OfType<ScreenRequest.Send>());
        world.Press(new Key(KeyKind.Backspace), Enter);
        Assert.Single(world.Take().OfType<ScreenRequest.Send>());
    }

    [Fact]
    public void A_limit_the_operator_has_raised_makes_room_in_the_draft()
    {
        const int Limit = 65_536;
        var world = new ScreenWorld();
        world.Model.TextBytes = Limit;
        world.Open();
        world.Press(new Key(KeyKind.Paste, new string('x', Limit)), Enter);
        Assert.Equal(Limit, Assert.Single(world.Take().OfType<ScreenRequest.Send>()).Text.Length);
    }

    [Fact]
    public void A_refused_message_stays_on_the_screen_until_it_is_sent_again_or_dropped()
    {
        var world = new ScreenWorld();
        world.Open();
        var message = world.Queue("no", "cid-1");
        world.Refuse(message, new ConnectException(ErrorCode.Forbidden, "You may not."));
        var screen = world.Screen();
        Assert.Contains("✗ not sent", screen, StringComparison.Ordinal);
        Assert.Contains("You may not.", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("queued", screen, StringComparison.Ordinal);
        world.Press(Key.Control('r'));
        Assert.Equal("no", Assert.Single(world.Take().OfType<ScreenRequest.Send>()).Text);
        Assert.DoesNotContain("✗", world.Screen(), StringComparison.Ordinal);

        world.Model.NotQueued(ScreenWorld.Room, "again", "The outbox is full.");
        Assert.Contains("The outbox is full.", world.Screen(), StringComparison.Ordinal);
        world.Press(Key.Control('x'));
        Assert.Empty(world.Take());
        Assert.DoesNotContain("again", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_may_have_arrived_is_not_called_unsent()
    {
        var world = new ScreenWorld();
        world.Open();
        var error = new ConnectException(ErrorCode.TooOld, "Too old.") { PerhapsSent = true };
        world.Refuse(world.Queue("old", "cid-1"), error);
        Assert.Contains("✗ perhaps not sent", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_has_the_newest_first_and_counts_what_is_unread()
    {
        var world = new ScreenWorld();
        ConversationInfo[] list =
        [
            ScreenWorld.Info(0, 0, 0),
            ScreenWorld.Info(0, 0, 0) with
            {
                Id = "c-carol",
                Peer = "u-carol",
                Title = "carol",
            },
            ScreenWorld.Info(0, 0, 0) with
            {
                Id = "c-dave",
                Peer = "u-dave",
                Title = "dave",
            },
        ];
        world.Learn(list);
        world.Receive(1);
        var later = ScreenWorld.Entry(1, "u-carol", "later", time: ScreenWorld.Noon.AddMinutes(5));
        world.Happen(new MessageReceived(later with { Conversation = "c-carol" }, IsOwn: false));
        Assert.Equal(["carol", "bob", "dave"], world.Model.Chats.Select(chat => chat.ShownTitle));
        world.Learn(ScreenWorld.Info(head: 150, read: 1, unread: 100));
        Assert.Contains("99+", world.Screen(), StringComparison.Ordinal);
        // Another device of the user has read on.
        world.Happen(new ReceiptChanged(ScreenWorld.Room, ScreenWorld.Me, 150, 150));
        Assert.DoesNotContain("99+", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_waits_from_before_stands_in_the_list_even_of_a_conversation_that_has_nothing_yet()
    {
        var world = new ScreenWorld();
        world.Model.Load([], [new("carol", "u-carol", "c-carol"), new("dave", "u-dave", "c-dave")], []);
        Assert.Equal(["bob"], world.Model.Chats.Select(chat => chat.ShownTitle));
        var message = ScreenWorld.Outgoing(1, "c-carol", "unsent", "cid-1");
        world.Model.Load([], [], [message]);
        Assert.Equal(["carol", "bob"], world.Model.Chats.Select(chat => chat.ShownTitle));
        Assert.Contains("… unsent", world.Screen(), StringComparison.Ordinal);
        Assert.Contains("1 message waiting", world.Screen(), StringComparison.Ordinal);
        message.Complete(new("c-carol", "cid-1", 1, ScreenWorld.Noon, Duplicate: false));
        world.Model.At(ScreenWorld.Noon);
        Assert.DoesNotContain("waiting", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_chat_is_found_by_name_or_the_reason_is_told()
    {
        var world = new ScreenWorld();
        world.Press(Key.Of("n"));
        world.Type("carol");
        world.Press(Enter);
        Assert.Equal("carol", Assert.Single(world.Take().OfType<ScreenRequest.OpenDirect>()).Username);
        world.Press(Enter);
        Assert.Empty(world.Take());
        world.Model.NotFound("There is no user carol.");
        Assert.Contains("There is no user carol.", world.Screen(), StringComparison.Ordinal);
        world.Press(Enter);
        Assert.Single(world.Take().OfType<ScreenRequest.OpenDirect>());
        world.Model.Found("c-carol", "u-carol", "carol");
        world.Model.Show(new ConversationModel("c-carol").Show());
        Assert.Equal("c-carol", world.Model.Open?.Id);
        Assert.Equal(ScreenFocus.Composer, world.Model.Focus);
        Assert.Contains("no message yet", world.Screen(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('c')]
    [InlineData('q')]
    public void It_can_be_left_from_everywhere(char letter)
    {
        foreach (var way in new Key[][] { [], [Enter], [new(KeyKind.Help)], [Key.Control('n')] })
        {
            var world = new ScreenWorld();
            world.Press(way);
            world.Press(Key.Control(letter));
            Assert.Single(world.Take().OfType<ScreenRequest.Quit>());
        }
    }

    [Fact]
    public void Days_are_told_apart()
    {
        var world = new ScreenWorld();
        foreach (var (seq, days) in new[] { (1, -40), (2, -1), (3, 0) })
        {
            var entry = ScreenWorld.Entry(seq, "u-bob", $"day {days}", time: ScreenWorld.Noon.AddDays(days));
            world.Happen(new MessageReceived(entry, IsOwn: false));
        }

        world.Open();
        var screen = world.Screen();
        Assert.Contains(" Thursday, 29 January 2026 ", screen, StringComparison.Ordinal);
        Assert.Contains(" Yesterday ", screen, StringComparison.Ordinal);
        Assert.Contains(" Today ", screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_conversation_keeps_its_draft()
    {
        var world = new ScreenWorld();
        world.Learn(ScreenWorld.Info(0, 0, 0), ScreenWorld.Info(0, 0, 0) with { Id = "c-zoe", Title = "zoe" });
        world.Open();
        world.Type("for bob");
        world.Press(new Key(KeyKind.Down, Alt: true));
        Assert.Equal("zoe", world.Model.Open?.Title);
        world.Type("for zoe");
        Assert.DoesNotContain("for bob", world.Screen(), StringComparison.Ordinal);
        world.Press(new Key(KeyKind.Up, Alt: true));
        Assert.Contains("› for bob", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_is_called_one_until_it_is_answered()
    {
        var world = new ScreenWorld();
        world.Receive(1);
        world.Learn(ScreenWorld.Info(head: 1, read: 0, unread: 1) with { Request = true });
        world.Open();
        Assert.Contains("your answer accepts it", world.Screen(), StringComparison.Ordinal);
        world.Receive(2, ScreenWorld.Me, "hello", "cid-2");
        Assert.DoesNotContain("your answer accepts it", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stranger_has_a_name_as_soon_as_the_list_is_read()
    {
        var world = new ScreenWorld();
        var entry = ScreenWorld.Entry(1, "u-eve", "hi") with { Conversation = "c-eve" };
        world.Happen(new MessageReceived(entry, IsOwn: false));
        world.Learn(ScreenWorld.Info(2, 0, 2) with { Id = "c-eve", Title = "eve", Peer = "u-eve" });
        Assert.Contains("eve", world.Screen(), StringComparison.Ordinal);
    }

    private static List<string> Messages(string[] screen) =>
        [
            .. screen[3..20]
                .Where(line => line[28..].Contains("message", StringComparison.Ordinal))
                .Select(line => line[28..]),
        ];
}
