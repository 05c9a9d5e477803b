using Connect.Cli.Keys;
using Connect.Cli.Screens.Models;
using Connect.Client;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Cli.Screens;

/// <summary>Typing, presence, names, ticks of groups, requests, muting and hiding on the full screen.</summary>
public sealed class ScreenSignalTests
{
    private const string Cy = "u-cy";

    private static readonly ConversationInfo Direct = ScreenWorld.Info(1, 1, 0);

    [Fact]
    public void Who_types_stands_above_the_draft_and_in_the_list()
    {
        var world = Live();
        world.Learn(Direct);
        world.Open();
        world.Learn(new ConversationItem(Direct, [ScreenWorld.Bob], null));
        Assert.Contains("─ bob is typing … ─", world.Screen(), StringComparison.Ordinal);
        Assert.Contains("▌ typing …", world.Screen(), StringComparison.Ordinal);
        world.Learn(Direct);
        Assert.DoesNotContain("typing", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_user_types_is_told_until_the_draft_is_empty()
    {
        var world = Live();
        world.Open();
        Assert.Equal(ScreenWorld.Room, Assert.Single(world.Take().OfType<ScreenRequest.View>()).Conversation);
        world.Type("a");
        world.Press(new Key(KeyKind.Left));
        world.Press(new Key(KeyKind.Right), new Key(KeyKind.Backspace));
        Assert.Equal([true, false], world.Take().OfType<ScreenRequest.Type>().Select(type => type.IsOn));
        world.Press(new Key(KeyKind.Backspace));
        Assert.Empty(world.Take());
    }

    [Fact]
    public void Presence_is_said_of_whom_it_is_known_and_only_while_connected()
    {
        var world = Live();
        world.Open();
        world.Learn(new ConversationItem(Direct, [], new(ScreenWorld.Bob, IsOnline: true, null)));
        Assert.Contains("bob ●", world.Screen(), StringComparison.Ordinal);
        Assert.Contains("bob · online", world.Screen(), StringComparison.Ordinal);
        world.Learn(new ConversationItem(Direct, [], new(ScreenWorld.Bob, IsOnline: false, ScreenWorld.Noon)));
        Assert.Contains("bob · offline", world.Screen(), StringComparison.Ordinal);
        // Of somebody who may not be seen the server says the same, but no time.
        world.Learn(new ConversationItem(Direct, [], new(ScreenWorld.Bob, IsOnline: false, null)));
        Assert.DoesNotContain("bob ·", world.Screen(), StringComparison.Ordinal);

        world.Learn(new ConversationItem(Direct, [], new(ScreenWorld.Bob, IsOnline: true, null)));
        world.Model.Apply(new StateChange(ConnectionState.Connecting, null));
        Assert.DoesNotContain("bob ●", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_is_asked_for_names_once_and_again_for_somebody_it_did_not_name()
    {
        var world = Live();
        world.Learn(Group());
        world.Receive(1, Cy);
        world.Take();
        world.Open();
        Assert.Contains("somebody", world.Screen(), StringComparison.Ordinal);
        Assert.Single(NamesAsked(world));
        world.Model.Named([(Cy, "cy"), (ScreenWorld.Bob, "")]);
        world.Receive(2, Cy);
        Assert.Contains("cy 12:00", world.Screen(), StringComparison.Ordinal);
        Assert.Contains("Plans · 3 members", world.Screen(), StringComparison.Ordinal);
        Assert.Contains("▌ cy: message 2", world.Screen(), StringComparison.Ordinal);
        Assert.Empty(NamesAsked(world));
        world.Receive(3, "u-new");
        world.Receive(4, "u-new");
        Assert.Single(NamesAsked(world));
    }

    [Fact]
    public void With_each_connection_the_names_of_the_contacts_are_asked_for()
    {
        var world = Live();
        Assert.Equal([new("")], world.Take().OfType<ScreenRequest.ReadNames>());
        world.Learn(Group());
        world.Receive(1, Cy, "hello all");
        Assert.Contains("  hello all", world.Screen(), StringComparison.Ordinal);
        world.Model.Named([(Cy, "cy")]);
        Assert.Contains("  cy: hello all", world.Screen(), StringComparison.Ordinal);
        world.Live();
        Assert.Empty(world.Take());
        world.Model.Apply(new StateChange(ConnectionState.Connecting, null));
        world.Live();
        Assert.Equal([new("")], world.Take().OfType<ScreenRequest.ReadNames>());
    }

    [Fact]
    public void The_ticks_of_a_group_tell_how_many_and_who_left_does_not_hold_them_back()
    {
        var world = Live();
        world.Learn(Group());
        world.Receive(1, ScreenWorld.Me, "hello", "cid-1");
        world.Open();
        world.Learn(Group(new(ScreenWorld.Bob, 1, 0), new(Cy, 0, 0)));
        Assert.Contains("✓ sent, delivered to 1 of 2", world.Screen(), StringComparison.Ordinal);
        world.Happen(new ReceiptChanged(ScreenWorld.Room, ScreenWorld.Bob, 1, 1));
        world.Happen(new ReceiptChanged(ScreenWorld.Room, Cy, 1, 0));
        Assert.Contains("✓✓ delivered, read by 1 of 2", world.Screen(), StringComparison.Ordinal);
        world.Learn(Group(new MemberPlace(ScreenWorld.Bob, 1, 1)));
        Assert.Contains("✓✓ read", world.Screen(), StringComparison.Ordinal);
        Assert.DoesNotContain(" of ", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ticks_of_a_large_group_are_what_was_counted()
    {
        var world = Live();
        world.Learn(Group() with { MemberCount = 81 });
        world.Receive(1, ScreenWorld.Me, "early", "cid-1");
        world.Receive(2, ScreenWorld.Me, "late", "cid-2");
        world.Open();
        Assert.Contains("✓ sent", world.Screen(), StringComparison.Ordinal);
        world.Happen(new ReceiptCountsChanged(ScreenWorld.Room, 2, 80, 60));
        Assert.Contains("✓✓ delivered, read by 60 of 80", world.Screen(), StringComparison.Ordinal);
        world.Happen(new ReceiptCountsChanged(ScreenWorld.Room, 2, 80, 80));
        Assert.Contains("✓✓ read by all 80", world.Screen(), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_start_the_ticks_of_a_large_group_are_what_the_list_counts()
    {
        var world = Live();
        world.Receive(1, ScreenWorld.Me, "early", "cid-1");
        world.Receive(2);
        world.Learn(Group() with { MemberCount = 81, Head = 2, DeliveredCount = 80, ReadCount = 12 });
        world.Open();
        Assert.Contains("✓✓ delivered, read by 12 of 80", world.Screen(), StringComparison.Ordinal);
        // Nobody has the next one yet.
        world.Receive(3, ScreenWorld.Me, "next", "cid-2");
        Assert.EndsWith("✓ sent", Row(world, "  next"), StringComparison.Ordinal);
        world.Happen(new ReceiptCountsChanged(ScreenWorld.Room, 3, 41, 13));
        Assert.EndsWith("✓ sent, read by 13 of 80", Row(world, "  next"), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_read_a_message_is_asked_by_key_and_shown_until_the_next_key()
    {
        var world = Live();
        world.Learn(Group(new(ScreenWorld.Bob, 1, 1), new(Cy, 1, 0)));
        world.Open();
        var ask = Key.Of("r") with { Alt = true };
        world.Press(ask);
        Assert.Contains("There is no message of yours here.", world.Screen(), StringComparison.Ordinal);
        world.Receive(1, ScreenWorld.Me, "who has this?", "cid-1");
        world.Receive(2, Cy);
        world.Take();
        world.Press(ask);
        Assert.Contains("asking …", world.Screen(), StringComparison.Ordinal);
        Assert.Equal([new(ScreenWorld.Room, 1)], world.Take().OfType<ScreenRequest.ReadReaders>());
        world.Model.Named([(Cy, "cy"), (ScreenWorld.Bob, "bob"), ("u-dan", "dan")]);
        world.Model.Learn(
            1,
            [new(ScreenWorld.Me, 1, 1), new(Cy, 2, 0), new("u-dan", 0, 0), new(ScreenWorld.Bob, 1, 1)]
        );
        Assert.Equal(
            [
                " who has this?",
                "",
                " ✓✓ read by 1 of 3",
                "   bob",
                " ✓✓ delivered, not read by 1 of 3",
                "   cy",
                " ✓ not yet delivered to 1 of 3",
                "   dan",
            ],
            world.Show()[1..9].Select(line => line.TrimEnd())
        );
        world.Press(new Key(KeyKind.Escape));
        Assert.Contains("Plans · 3 members", world.Screen(), StringComparison.Ordinal);
        world.Model.Apply(new StateChange(ConnectionState.Connecting, null));
        world.Press(ask);
        Assert.Contains("no connection", world.Screen(), StringComparison.Ordinal);
    }

    private static string Row(ScreenWorld world, string text) =>
        world.Show().Last(line => line.Contains(text, StringComparison.Ordinal)).TrimEnd();

    [Fact]
    public void Requests_stand_after_all_others_and_are_accepted_or_declined_by_key()
    {
        var world = Live();
        world.Receive(9);
        world.Learn(Direct with { Request = true }, Direct with { Id = "c-old", Title = "old friend", Peer = "u-old" });
        Assert.Equal(["old friend", "bob"], world.Model.Chats.Select(chat => chat.ShownTitle));
        Assert.Contains("request · message 9", world.Screen(), StringComparison.Ordinal);
        world.Press(Key.Of("a"));
        Assert.Contains("This is not a message request.", world.Screen(), StringComparison.Ordinal);
        world.Press(new Key(KeyKind.Down), Key.Of("a"));
        world.Press(new Key(KeyKind.Enter), Key.Of("d") with { Alt = true });
        Assert.Equal(
            [new(ScreenWorld.Room, true), new(ScreenWorld.Room, false)],
            world.Take().OfType<ScreenRequest.AnswerRequest>()
        );
        world.Happen(new Connect.Client.ConversationChanged(ScreenWorld.Room, IsOver: true));
        Assert.Equal(["old friend"], world.Model.Chats.Select(chat => chat.ShownTitle));
        Assert.Null(world.Model.Open);
    }

    [Fact]
    public void A_conversation_is_muted_and_heard_again_and_hidden_until_something_new_comes()
    {
        var world = Live();
        world.Receive(1);
        world.Learn(Direct);
        world.Press(Key.Of("m"));
        world.Learn(Direct with { MutedUntil = ScreenWorld.Noon + ScreenModel.MuteTime });
        Assert.Contains("muted · message 1", world.Screen(), StringComparison.Ordinal);
        world.Press(Key.Of("m"), Key.Of("h"));
        var requests = world.Take();
        Assert.Equal(
            [ScreenWorld.Noon + ScreenModel.MuteTime, null],
            requests.OfType<ScreenRequest.Mute>().Select(mute => mute.Until)
        );
        Assert.Single(requests.OfType<ScreenRequest.Hide>());
        world.Learn(Array.Empty<ConversationItem>());
        Assert.Empty(world.Model.Chats);
        world.Receive(2);
        Assert.Single(world.Model.Chats);
    }

    /// <summary>The questions for the names of a group.</summary>
    private static List<ScreenRequest.ReadNames> NamesAsked(ScreenWorld world) =>
        [.. world.Take().OfType<ScreenRequest.ReadNames>().Where(names => names.Conversation == ScreenWorld.Room)];

    private static ScreenWorld Live()
    {
        var world = new ScreenWorld(width: 100);
        world.Live();
        return world;
    }

    private static ConversationInfo Group(params MemberPlace[] others) =>
        new(ScreenWorld.Room, ConversationKind.Group, "Plans", "", 3, Role.Member, 1, null, 1, 1, 0, false, others);
}
