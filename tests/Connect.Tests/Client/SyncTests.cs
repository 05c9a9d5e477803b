using Connect.Client;
using Connect.Client.Connections;
using Connect.Client.Positions;
using Connect.Client.Stores;
using Connect.Protocol.Frames;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>Catching up, holes, hints and skipped ranges.</summary>
public sealed class SyncTests
{
    private const Wire.ClientFrame.BodyOneofCase Conversations = Wire.ClientFrame.BodyOneofCase.Conversations;
    private const Wire.ClientFrame.BodyOneofCase History = Wire.ClientFrame.BodyOneofCase.History;
    private const Wire.ClientFrame.BodyOneofCase Sync = Wire.ClientFrame.BodyOneofCase.Sync;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_missed_comes_page_by_page_before_the_client_is_live()
    {
        await using var harness = new ClientHarness();
        harness.Server.SyncPageSize = 10;
        for (var index = 0; index < 95; index++)
        {
            harness.Server.Write($"m{index}", index % 2 == 0 ? FakeServer.Room : "c-2");
        }

        harness.Listen();
        await harness.ConnectAsync();
        await harness.Until(() => harness.Seqs.Count == 95, "all messages");
        Assert.Equal(9, harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Next).Count);
        var room = harness.Events.OfType<MessageReceived>().Where(message => message.Conversation == FakeServer.Room);
        Assert.Equal(Enumerable.Range(1, 48).Select(seq => (long)seq), room.Select(message => message.Seq));
    }

    [Fact]
    public async Task A_list_of_conversations_that_is_refused_for_a_moment_is_read_again_each_time_later()
    {
        await using var harness = new ClientHarness();
        var refusals = 3;
        var asked = new List<DateTimeOffset>();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Conversations)
            {
                return false;
            }

            asked.Add(harness.Time.GetUtcNow());
            if (refusals-- <= 0)
            {
                return false;
            }

            var error = FakeServer.Error(ErrorCode.Unavailable, TimeSpan.Zero);
            error.Id = frame.Id;
            session.Push(error);
            return true;
        };
        await harness.ConnectAsync();
        await harness.Advance(() => asked.Count == 4, "the list to be read", TimeSpan.FromMilliseconds(100));
        await harness.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(4, asked.Count);
        var pauses = asked.Zip(asked.Skip(1), (one, next) => (next - one).TotalSeconds).ToList();
        Assert.InRange(pauses[0], 1, 3);
        Assert.InRange(pauses[1], 2, 5);
        Assert.InRange(pauses[2], 4, 9);
    }

    [Fact]
    public async Task A_list_whose_reading_broke_off_is_read_by_the_next_session_even_if_that_missed_nothing()
    {
        await using var harness = new ClientHarness();
        harness.Server.Intercept = (_, frame) => frame.BodyCase == Wire.ClientFrame.BodyOneofCase.Conversations;
        int Asked() => harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Conversations).Count;
        await harness.ConnectAsync();
        await harness.Until(() => Asked() == 1, "the question without an answer");
        harness.Server.Intercept = null;
        harness.Server.Resumed = Wire.Resumed.Full;
        harness.Server.Session.Break();
        await harness.Advance(() => Asked() == 2, "the question again");
    }

    private static FrameFit Fit => new(FrameCodec.Protobuf);

    [Fact]
    public void Positions_are_told_in_parts_and_each_but_the_last_says_so()
    {
        var positions = Enumerable
            .Range(0, 1_201)
            .Select(index => new Wire.Position { Conversation = $"c-{index}", Seq = 1 })
            .ToList();
        var run = new SyncRun(Wire.SyncMode.All, positions);
        var parts = new[] { run.Next(Fit), run.Next(Fit), run.Next(Fit) }.Select(frame => frame.Sync).ToList();
        Assert.Equal([500, 500, 201], parts.Select(part => part.Positions.Count));
        Assert.Equal([true, true, false], parts.Select(part => part.More));
        Assert.Equal(positions, parts.SelectMany(part => part.Positions));
        Assert.NotNull(run.Next(Fit).Next);
    }

    [Fact]
    public void A_device_that_holds_nothing_tells_one_empty_part()
    {
        var run = new SyncRun(Wire.SyncMode.All, []);
        var first = run.Next(Fit).Sync;
        Assert.Empty(first.Positions);
        Assert.False(first.More);
        Assert.NotNull(run.Next(Fit).Next);
    }

    [Fact]
    public async Task A_hole_that_does_not_heal_by_itself_is_pulled()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Pushes = entry => entry.Seq is not (1 or 2);
        harness.Server.Write("one");
        harness.Server.Write("two");
        harness.Server.Write("three");
        await harness.Pass(TimeSpan.FromMilliseconds(199));
        Assert.Empty(harness.Server.ReceivedOf(History));
        await harness.Advance(() => harness.Seqs.Count == 3, "the hole to be filled");
        Assert.Equal([1, 2, 3], harness.Seqs);
        Assert.Single(harness.Server.ReceivedOf(History));
    }

    [Fact]
    public async Task Entries_out_of_order_are_put_in_order_without_a_pull()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Pushes = _ => false;
        var entries = Enumerable.Range(1, 5).Select(index => harness.Server.Write($"m{index}")).ToList();
        foreach (var index in new[] { 4, 2, 0, 0, 3, 1, 2 })
        {
            harness.Server.Session.Push(new() { Entries = new() { Entries_ = { entries[index] } } });
        }

        await harness.Until(() => harness.Seqs.Count == 5, "all messages");
        Assert.Equal([1, 2, 3, 4, 5], harness.Seqs);
        Assert.Empty(harness.Server.ReceivedOf(History));
    }

    [Fact]
    public async Task A_lost_tail_is_pulled_when_the_server_hints_at_it()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Pushes = _ => false;
        harness.Server.Write("lost");
        harness.Server.Session.Push(
            new()
            {
                Hint = new()
                {
                    Hints_ =
                    {
                        new Wire.Hint { Conversation = FakeServer.Room, Head = 1 },
                    },
                },
            }
        );
        await harness.Advance(() => harness.Seqs.Count == 1, "the lost message");
    }

    [Fact]
    public async Task A_long_hole_is_pulled_page_after_page()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Pushes = _ => false;
        for (var index = 0; index < 450; index++)
        {
            harness.Server.Write($"m{index}");
        }

        harness.Server.Session.Push(
            new()
            {
                Hint = new()
                {
                    Hints_ =
                    {
                        new Wire.Hint { Conversation = FakeServer.Room, Head = 450 },
                    },
                },
            }
        );
        await harness.Advance(() => harness.Seqs.Count == 450, "all messages");
        Assert.Equal(3, harness.Server.ReceivedOf(History).Count);
    }

    [Fact]
    public async Task A_conversation_that_is_not_ours_any_more_is_not_pulled_again()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != History)
            {
                return false;
            }

            var error = FakeServer.Error(ErrorCode.NotMember);
            error.Id = frame.Id;
            session.Push(error);
            return true;
        };
        harness.Server.Session.Push(
            new()
            {
                Hint = new()
                {
                    Hints_ =
                    {
                        new Wire.Hint { Conversation = FakeServer.Room, Head = 5 },
                    },
                },
            }
        );
        await harness.Advance(() => harness.Server.ReceivedOf(History).Count == 1, "the pull");
        await harness.Pass(TimeSpan.FromSeconds(30));
        Assert.Single(harness.Server.ReceivedOf(History));
    }

    [Fact]
    public async Task A_session_told_that_it_lags_syncs_all_again()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Pushes = _ => false;
        harness.Server.Write("one");
        harness.Server.Write("two", "c-2");
        var states = new List<ConnectionState>();
        harness.Client.StateChanged += (_, change) => states.Add(change.State);
        harness.Server.Session.Push(new() { Lagging = new() });
        await harness.Until(() => harness.Seqs.Count == 2, "what was dropped");
        await harness.Until(() => harness.Client.State == ConnectionState.Live, "the session to be live");
        Assert.Equal([ConnectionState.Syncing, ConnectionState.Live], states);
        Assert.Equal(Wire.SyncMode.All, harness.Server.ReceivedOf(Sync)[^1].Sync.Mode);
    }

    [Fact]
    public async Task A_sync_that_fails_for_the_moment_is_tried_again()
    {
        await using var harness = new ClientHarness();
        harness.Server.Write("one");
        var failures = 2;
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Sync || failures-- <= 0)
            {
                return false;
            }

            var error = FakeServer.Error(ErrorCode.Unavailable);
            error.Id = frame.Id;
            session.Push(error);
            return true;
        };
        harness.Listen();
        var connecting = harness.Client.ConnectAsync(Cancelled);
        await harness.Advance(() => harness.Client.State == ConnectionState.Live, "the sync to succeed");
        Assert.Equal(ConnectionState.Live, await connecting);
        await harness.Until(() => harness.Seqs.Count == 1, "the message");
        Assert.Single(harness.Server.Dialled);
    }

    [Fact]
    public async Task A_page_that_fails_for_the_moment_is_asked_for_again_without_the_positions()
    {
        await using var harness = new ClientHarness();
        harness.Server.SyncPageSize = 2;
        for (var index = 0; index < 5; index++)
        {
            harness.Server.Write($"m{index}");
        }

        var failures = 1;
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Next || failures-- <= 0)
            {
                return false;
            }

            var error = FakeServer.Error(ErrorCode.Unavailable);
            error.Id = frame.Id;
            session.Push(error);
            return true;
        };
        harness.Listen();
        var connecting = harness.Client.ConnectAsync(Cancelled);
        await harness.Advance(() => harness.Client.State == ConnectionState.Live, "the sync to end");
        await connecting;
        await harness.Until(() => harness.Seqs.Count == 5, "all messages");
        Assert.Single(harness.Server.ReceivedOf(Sync));
        Assert.Equal(3, harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Next).Count);
    }

    [Fact]
    public async Task Skipped_ranges_advance_the_position_and_are_told()
    {
        await using var harness = new ClientHarness();
        for (var index = 0; index < 12; index++)
        {
            harness.Server.Write($"m{index}");
        }

        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Sync || frame.Sync.Positions.Count > 0)
            {
                return false;
            }

            session.Push(
                new()
                {
                    Id = frame.Id,
                    SyncPage = new()
                    {
                        Entries = { harness.Server.Log(FakeServer.Room).Skip(10) },
                        Skipped =
                        {
                            new Wire.Skipped
                            {
                                Conversation = FakeServer.Room,
                                From = 1,
                                To = 10,
                                Why = Wire.SkipReason.Expired,
                            },
                        },
                        Synced = true,
                    },
                }
            );
            return true;
        };
        harness.Listen();
        await harness.ConnectAsync();
        await harness.Until(() => harness.Seqs.Count == 2, "the new messages");
        Assert.Equal(new RangeSkipped(FakeServer.Room, 1, 10, Wire.SkipReason.Expired), harness.Events[0]);
        Assert.Equal([11, 12], harness.Seqs);
        harness.Server.Session.Break();
        await harness.Advance(() => harness.Server.ReceivedOf(Sync).Count == 2, "the next sync");
        Assert.Equal(12UL, Assert.Single(harness.Server.ReceivedOf(Sync)[1].Sync.Positions).Seq);
    }

    [Fact]
    public async Task An_entry_of_an_unknown_kind_advances_the_position_and_is_told_as_it_is()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Write(
            new Wire.Entry
            {
                Conversation = FakeServer.Room,
                From = FakeServer.Other,
                Kind = (Wire.EntryKind)99,
            }
        );
        harness.Server.Write("after it");
        await harness.Until(() => harness.Seqs.Count == 1, "the message after it");
        Assert.Equal(99, (int)Assert.IsType<EntryReceived>(harness.Events[0]).Entry.Kind);
        Assert.Equal(2, harness.Seqs[0]);
    }

    [Fact]
    public async Task A_fresh_device_begins_where_the_server_lets_it_begin()
    {
        await using var harness = new ClientHarness(configure: options => options with { FirstSync = SyncStart.Fresh });
        for (var index = 0; index < 12; index++)
        {
            harness.Server.Write($"m{index}");
        }

        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Sync)
            {
                return false;
            }

            Assert.Equal(Wire.SyncMode.Fresh, frame.Sync.Mode);
            session.Positions[FakeServer.Room] = 10;
            return false;
        };
        harness.Listen();
        await harness.ConnectAsync();
        await harness.Until(() => harness.Seqs.Count == 2, "what is new");
        Assert.Equal([11, 12], harness.Seqs);
        await harness.Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(harness.Server.ReceivedOf(History));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fresh_device_whose_store_keeps_entries_is_told_what_comes_after_its_beginning(
        bool isPushedFirst
    )
    {
        var folder = Directory.CreateTempSubdirectory("connect-");
        await using var store = new FileConnectStore(folder.FullName);
        await using var harness = new ClientHarness(store, options => options with { FirstSync = SyncStart.Fresh });
        harness.Server.Write("one");
        harness.Server.Write("two");
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase == Sync)
            {
                session.Positions[FakeServer.Room] = 2;
                return false;
            }

            if (frame.BodyCase != Conversations)
            {
                return false;
            }

            var page = new Wire.ConversationsPage();
            page.Items.Add(
                new Wire.ConversationSummary
                {
                    Id = FakeServer.Room,
                    Head = 2,
                    Delivered = 2,
                }
            );
            if (isPushedFirst)
            {
                harness.Server.Write("three");
            }

            session.Push(new() { Id = frame.Id, Conversations = page });
            return true;
        };
        harness.Listen();
        await harness.ConnectAsync();
        await harness.Until(() => harness.Server.ReceivedOf(Conversations).Count == 1, "the list");
        if (!isPushedFirst)
        {
            harness.Server.Write("three");
        }

        await harness.Advance(() => harness.Seqs.Count > 0, "what is new");
        Assert.Equal([3], harness.Seqs);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task History_comes_page_by_page_from_the_newest()
    {
        await using var harness = await ClientHarness.LiveAsync();
        for (var index = 0; index < 25; index++)
        {
            harness.Server.Write($"m{index}");
        }

        var pages = new List<HistoryPage>();
        await foreach (var page in harness.Room.HistoryAsync(before: 21, pageSize: 8, Cancelled))
        {
            pages.Add(page);
        }

        Assert.Equal([8, 8, 4], pages.Select(page => page.Entries.Count));
        Assert.Equal([13, 5, 1], pages.Select(page => page.Entries[0].Seq));
        Assert.Equal([true, true, false], pages.Select(page => page.HasMoreBefore));
    }

    [Fact]
    public async Task A_question_waits_for_a_connection_and_is_asked_again_on_the_next()
    {
        await using var harness = new ClientHarness();
        harness.Server.Write("one");
        var asking = harness.Room.HistoryAsync(cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var first = asking.MoveNextAsync().AsTask();
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != History)
            {
                return false;
            }

            harness.Server.Intercept = null;
            session.Break();
            return true;
        };
        await harness.Client.ConnectAsync(Cancelled);
        await harness.Advance(() => first.IsCompleted, "the answer");
        Assert.True(await first);
        Assert.Equal("one", Assert.Single(asking.Current.Entries).Text);
        await asking.DisposeAsync();
    }
}
