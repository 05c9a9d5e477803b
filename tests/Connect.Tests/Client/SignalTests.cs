using Connect.Client;
using Connect.Protocol;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>What is never stored: who looks at what, typing, presence, receipts of large groups, readers.</summary>
public sealed class SignalTests
{
    private const string Ann = "u-ann";
    private const string Bea = "u-bea";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_on_screen_is_told_with_each_change_and_again_after_each_welcome()
    {
        await using var harness = await ClientHarness.LiveAsync();
        Assert.Empty(States(harness));
        await harness.Client.SetOpenAsync([FakeServer.Room, "c-2"], Cancelled);
        await harness.Client.SetOpenAsync([FakeServer.Room, "c-2"], Cancelled);
        await harness.Client.SetOpenAsync(["c-2"], Cancelled);
        await harness.Client.SetActiveAsync(false, Cancelled);
        await harness.Until(() => States(harness).Count == 3, "three changes");
        harness.Server.Session.Break();
        await harness.Advance(() => States(harness).Count == 4, "the state of the next session");
        Assert.Equal(
            [$"Active {FakeServer.Room} c-2", "Active c-2", "Background c-2", "Background c-2"],
            States(harness).Select(state => string.Join(' ', [$"{state.Activity}", .. state.Open]))
        );
        Assert.True(harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Hello)[^1].Hello.Background);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            harness.Client.SetOpenAsync([.. Enumerable.Range(0, 33).Select(at => $"c-{at}")], Cancelled)
        );
    }

    [Fact]
    public async Task Typing_is_told_every_three_seconds_while_it_lasts_and_its_end_by_itself()
    {
        await using var harness = await ClientHarness.LiveAsync();
        for (var half = 0; half < 12; half++)
        {
            await harness.Room.TypingAsync(Cancelled);
            await harness.Pass(Second / 2);
        }

        await harness.Until(() => Typings(harness).Count == 2, "on, twice");
        await harness.Pass(Second * 2);
        Assert.Equal([true, true], Typings(harness));
        await harness.Pass(Second / 2);
        await harness.Until(() => Typings(harness).Count == 3, "its end");
        await harness.Pass(Second * 10);
        Assert.Equal([true, true, false], Typings(harness));
    }

    [Fact]
    public async Task A_message_ends_typing_without_a_word_and_a_stop_is_told_once()
    {
        await using var harness = await ClientHarness.LiveAsync();
        await harness.Room.TypingAsync(Cancelled);
        await harness.Room.SendAsync("done", Cancelled);
        await harness.Pass(Second * 10);
        Assert.Equal([true], Typings(harness));
        // Begun anew right after a message it is told at once.
        await harness.Room.TypingAsync(Cancelled);
        await harness.Room.StopTypingAsync(Cancelled);
        await harness.Room.StopTypingAsync(Cancelled);
        await harness.Pass(Second * 10);
        Assert.Equal([true, true, false], Typings(harness));
    }

    [Fact]
    public async Task Typing_of_others_ends_with_their_message_when_told_by_itself_and_with_the_connection()
    {
        await using var harness = await ClientHarness.LiveAsync();
        await harness.Client.SetOpenAsync([FakeServer.Room], Cancelled);
        Push(harness, Ann, Bea);
        await harness.Until(() => Last(harness) == $"{Ann} {Bea}", "two who type");
        harness.Server.Write("of ann", from: Ann);
        await harness.Until(() => Last(harness) == Bea, "her message to end hers");
        await harness.Pass(Second * 5);
        Push(harness, Bea);
        await harness.Pass(Second * 5);
        Assert.Equal(Bea, Last(harness));
        await harness.Pass(Second);
        await harness.Until(() => Last(harness).Length == 0, "the end by itself");

        Push(harness, Ann);
        await harness.Until(() => Last(harness) == Ann, "one who types");
        Push(harness);
        await harness.Until(() => Last(harness).Length == 0, "the end that was told");
        Push(harness, Ann);
        await harness.Until(() => Last(harness) == Ann, "one who types again");
        harness.Server.Session.Break();
        await harness.Until(() => Last(harness).Length == 0, "the end with the connection");
    }

    [Fact]
    public async Task Typing_in_what_is_not_open_is_not_told()
    {
        await using var harness = await ClientHarness.LiveAsync();
        Push(harness, Ann);
        harness.Server.Write("behind it");
        await harness.Until(() => harness.Seqs.Count == 1, "the client to have acted on it");
        await harness.Client.SetOpenAsync([FakeServer.Room], Cancelled);
        Push(harness, Bea);
        await harness.Until(() => Last(harness) == Bea, "the one that is open");
        await harness.Client.SetOpenAsync([], Cancelled);
        await harness.Until(() => Last(harness).Length == 0, "nothing of what was closed");
        Assert.DoesNotContain(harness.Events.OfType<TypingChanged>(), each => each.Users.Contains(Ann));
    }

    [Fact]
    public async Task The_watch_list_is_kept_over_reconnects_and_what_may_no_longer_be_seen_is_forgotten()
    {
        await using var harness = await ClientHarness.LiveAsync();
        var seen = new HashSet<string> { Ann, Bea };
        harness.Server.Intercept = (session, frame) => AnswerWatch(session, frame, seen);
        await harness.Client.WatchAsync([Ann, Bea, "u-hidden"], Cancelled);
        await harness.Until(() => Online(harness).SetEquals([Ann, Bea]), "both");
        Assert.True((await harness.Client.PresenceAsync(Ann, Cancelled))!.IsOnline);
        Assert.Null(await harness.Client.PresenceAsync("u-hidden", Cancelled));

        harness.Server.Session.Push(Presence(new Wire.PresenceState { User = Ann, Since = 1_000 }));
        await harness.Until(() => Online(harness).SetEquals([Bea]), "Ann to be gone");
        Assert.Equal(
            DateTimeOffset.FromUnixTimeSeconds(1),
            (await harness.Client.PresenceAsync(Ann, Cancelled))!.Since
        );

        await harness.Client.UnwatchAsync(["u-hidden"], Cancelled);
        await harness.Until(() => Watches(harness).Count == 2, "the end of the watch");
        Assert.Equal(["u-hidden"], Watches(harness)[1].Remove);
        seen.Remove(Bea);
        harness.Server.Session.Break();
        await harness.Advance(() => Online(harness).SetEquals([Ann]), "what the new session tells");
        Assert.Equal(new[] { Ann, Bea }, Watches(harness)[2].Add.Order(StringComparer.Ordinal));
        Assert.Null(await harness.Client.PresenceAsync(Bea, Cancelled));
    }

    [Fact]
    public async Task A_long_watch_list_goes_in_parts_and_one_refused_for_a_moment_is_told_again()
    {
        await using var harness = await ClientHarness.LiveAsync();
        var refusals = 1;
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase == Wire.ClientFrame.BodyOneofCase.Watch && refusals-- > 0)
            {
                var error = FakeServer.Error(ErrorCode.RateLimited, Second * 3);
                error.Id = frame.Id;
                session.Push(error);
                return true;
            }

            return AnswerWatch(session, frame, [Ann]);
        };
        var users = Enumerable.Range(0, 1_200).Select(at => $"u-{at}").Append(Ann).ToList();
        await harness.Client.WatchAsync(users, Cancelled);
        await harness.Until(() => Watches(harness).Count == 1, "the first");
        await harness.Pass(Second * 2);
        Assert.Single(Watches(harness));
        await harness.Advance(() => Online(harness).SetEquals([Ann]), "all to be told");
        await harness.Until(() => Watches(harness).Count == 4, "three parts");
        Assert.Equal(users.Order(), Watches(harness).Skip(1).SelectMany(watch => watch.Add).Order());
        Assert.All(Watches(harness), watch => Assert.InRange(watch.Add.Count, 1, ProtocolLimits.WatchIdsPerFrame));
    }

    [Fact]
    public async Task A_server_that_does_not_know_watch_is_asked_once_in_a_session()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Watch)
            {
                return false;
            }

            var error = FakeServer.Error(ErrorCode.UnknownType);
            error.Id = frame.Id;
            session.Push(error);
            return true;
        };
        await harness.Client.WatchAsync([Ann], Cancelled);
        await harness.Until(() => Watches(harness).Count == 1, "the question");
        await harness.Pass(Second * 30);
        Assert.Single(Watches(harness));
        Assert.Equal(ConnectionState.Live, harness.Client.State);
    }

    [Fact]
    public async Task Counts_of_a_large_group_only_rise_and_the_newest_message_counts()
    {
        await using var harness = await ClientHarness.LiveAsync();
        foreach (
            var (seq, delivered, read) in new (ulong, uint, uint)[]
            {
                (5, 10, 2),
                (5, 8, 4),
                (5, 10, 4),
                (4, 99, 99),
                (9, 1, 0),
            }
        )
        {
            var receipts = new Wire.Receipts();
            receipts.Receipts_.Add(
                new Wire.Receipt
                {
                    Conversation = FakeServer.Room,
                    Seq = seq,
                    DeliveredCount = delivered,
                    ReadCount = read,
                }
            );
            harness.Server.Session.Push(new() { Receipts = receipts });
        }

        await harness.Until(() => Counts(harness).Any(each => each.Seq == 9), "the newest");
        // A reader that was not fast enough for each one has got the last of them.
        Assert.Subset(
            new HashSet<(long, int, int)> { (5, 10, 2), (5, 10, 4), (9, 1, 0) },
            Counts(harness).Select(each => (each.Seq, each.Delivered, each.Read)).ToHashSet()
        );
    }

    [Fact]
    public async Task Counts_of_the_list_are_taken_after_a_time_away()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Conversations)
            {
                return false;
            }

            var page = new Wire.ConversationsPage();
            page.Items.Add(
                new Wire.ConversationSummary
                {
                    Id = FakeServer.Room,
                    Head = 1,
                    MemberCount = 80,
                    DeliveredCount = 70,
                    ReadCount = 60,
                    MutedUntil = 5_000,
                }
            );
            session.Push(new() { Id = frame.Id, Conversations = page });
            return true;
        };
        await harness.Room.SendAsync("to many", Cancelled);
        harness.Server.Session.Break();
        await harness.Advance(() => Counts(harness).Count == 1, "the counts");
        Assert.Equal(new ReceiptCountsChanged(FakeServer.Room, 1, 70, 60), Counts(harness)[0]);
        var info = await harness.Client.GetConversationAsync(FakeServer.Room, Cancelled);
        Assert.Equal((70, 60), (info!.DeliveredCount, info.ReadCount));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(5), info.MutedUntil);
    }

    [Fact]
    public async Task Readers_are_asked_for_an_entry()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Readers)
            {
                return false;
            }

            var readers = new Wire.Readers();
            readers.Members.Add(
                new Wire.MemberMarks
                {
                    User = Ann,
                    Delivered = frame.Readers.Seq,
                    Read = 3,
                }
            );
            session.Push(new() { Id = frame.Id, Readers = readers });
            return true;
        };
        Assert.Equal([new MemberPlace(Ann, 7, 3)], await harness.Room.ReadersAsync(7, Cancelled));
    }

    private static List<Wire.StateRequest> States(ClientHarness harness) =>
        [.. harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.State).Select(frame => frame.State)];

    private static List<bool> Typings(ClientHarness harness) =>
        [.. harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Typing).Select(frame => frame.Typing.On)];

    private static List<Wire.Watch> Watches(ClientHarness harness) =>
        [.. harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Watch).Select(frame => frame.Watch)];

    private static List<ReceiptCountsChanged> Counts(ClientHarness harness) =>
        [.. harness.Events.OfType<ReceiptCountsChanged>()];

    private static HashSet<string> Online(ClientHarness harness) =>
        [
            .. harness
                .Events.OfType<PresenceChanged>()
                .GroupBy(each => each.Presence.User)
                .Where(each => each.Last().Presence.IsOnline)
                .Select(each => each.Key),
        ];

    private static string Last(ClientHarness harness) =>
        string.Join(' ', harness.Events.OfType<TypingChanged>().LastOrDefault()?.Users ?? []);

    private static void Push(ClientHarness harness, params string[] users)
    {
        var typing = new Wire.TypingPush { Conversation = FakeServer.Room };
        typing.Users.AddRange(users);
        harness.Server.Session.Push(new() { Typing = typing });
    }

    private static Wire.ServerFrame Presence(params Wire.PresenceState[] states)
    {
        var presence = new Wire.Presence();
        presence.Users.AddRange(states);
        return new() { Presence = presence };
    }

    private static bool AnswerWatch(FakeSession session, Wire.ClientFrame frame, HashSet<string> seen)
    {
        if (frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Watch)
        {
            return false;
        }

        var answer = Presence([
            .. frame
                .Watch.Add.Where(seen.Contains)
                .Select(user => new Wire.PresenceState { User = user, Online = true }),
        ]);
        answer.Id = frame.Id;
        session.Push(answer);
        return true;
    }
}
