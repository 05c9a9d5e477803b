using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Tests.Protocol;

/// <summary>The server frames of <c>proto/vectors</c>: every kind, every field, every edge.</summary>
internal static class GoldenServerFrames
{
    private const ulong Largest = GoldenClientFrames.Largest;
    private const ulong Time = 1_795_000_000_123;

    public static IEnumerable<(string Name, ServerFrame Frame)> All() =>
        [
            .. Answers(),
            .. Restored(),
            .. Errors(),
            .. Pages(),
            .. EntryPushes(),
            .. Lists(),
            .. OtherPushes(),
            .. GoldenEndedFrames.All(),
        ];

    private static IEnumerable<(string Name, ServerFrame Frame)> Answers()
    {
        yield return (
            "server-welcome",
            new ServerFrame
            {
                Id = 1,
                Welcome = new Welcome
                {
                    User = "u1",
                    Session = "s1",
                    Device = "d1",
                    Node = "n1",
                    Incarnation = "i1",
                    ServerTime = Time,
                    Limits = new Limits
                    {
                        Frame = 65_536,
                        Text = 8_000,
                        InFlight = 256,
                        SendRate = 100,
                    },
                    PingMs = 25_000,
                    TokenExpiresAt = Time + 900_000,
                    Resumed = Resumed.No,
                },
            }
        );
        yield return (
            "server-welcome-partial",
            new ServerFrame
            {
                Id = 1,
                Welcome = new Welcome
                {
                    User = "u1",
                    ServerTime = Largest,
                    Resumed = Resumed.Partial,
                    Changed =
                    {
                        new Position { Conversation = "c1", Seq = 3 },
                        new Position { Conversation = "c2", Seq = Largest },
                    },
                    Refresh = true,
                },
            }
        );
        yield return (
            "server-welcome-full",
            new ServerFrame
            {
                Id = 1,
                Welcome = new Welcome { Resumed = Resumed.Full },
            }
        );
        yield return ("server-ok", new ServerFrame { Id = 2, Ok = new Ok() });
        yield return (
            "server-ok-auth",
            new ServerFrame
            {
                Id = 2,
                Ok = new Ok { ExpiresAt = Time },
            }
        );
        yield return ("server-sent", SentOf(duplicate: false));
        yield return ("server-sent-duplicate", SentOf(duplicate: true));
        yield return (
            "server-readers",
            new ServerFrame
            {
                Id = 10,
                Readers = new Readers
                {
                    Members =
                    {
                        new MemberMarks
                        {
                            User = "u2",
                            Delivered = 12,
                            Read = 11,
                        },
                        new MemberMarks { User = "u3" },
                    },
                },
            }
        );
    }

    private static IEnumerable<(string Name, ServerFrame Frame)> Restored()
    {
        yield return (
            "server-welcome-store",
            new ServerFrame
            {
                Id = 1,
                Welcome = new Welcome
                {
                    User = "u1",
                    ServerTime = Time,
                    Resumed = Resumed.No,
                    Store = "8f14e45fceea167a5a36dedd4bea2543",
                },
            }
        );
        yield return (
            "server-sync_page-reset",
            new ServerFrame
            {
                Id = 7,
                SyncPage = new SyncPage
                {
                    Synced = true,
                    Reset =
                    {
                        new Position { Conversation = "c1", Seq = 44 },
                    },
                },
            }
        );
    }

    private static IEnumerable<(string Name, ServerFrame Frame)> Errors()
    {
        foreach (var description in ErrorCodes.All)
        {
            yield return ($"server-err-{description.Name}", new ServerFrame { Id = 3, Err = description.Code.ToErr() });
        }

        yield return (
            "server-err-without-id",
            new ServerFrame { Err = ErrorCode.BadFrame.ToErr("the frame is not a JSON object of the schema") }
        );
        yield return (
            "server-err-full",
            new ServerFrame
            {
                Id = Largest,
                Err = ErrorCode.RateLimited.ToErr("Slow down.", "text", TimeSpan.FromMilliseconds(1_500)),
            }
        );
    }

    private static IEnumerable<(string Name, ServerFrame Frame)> Pages()
    {
        yield return (
            "server-sync_page",
            new ServerFrame
            {
                Id = 6,
                SyncPage = new SyncPage
                {
                    Entries = { Message(1, "one"), Message(2, "two 👍") },
                    Skipped =
                    {
                        Skip(3, 5, SkipReason.NotMember),
                        Skip(6, 6, SkipReason.Expired),
                        Skip(7, Largest, SkipReason.Deleted),
                    },
                    More = true,
                },
            }
        );
        yield return (
            "server-sync_page-synced",
            new ServerFrame
            {
                Id = 7,
                SyncPage = new SyncPage { Synced = true },
            }
        );
        yield return (
            "server-history",
            new ServerFrame
            {
                Id = 9,
                History = new HistoryPage
                {
                    Conversation = "c1",
                    Entries = { Message(6, "six"), Message(8, "eight") },
                    Skipped = { Skip(7, 7, SkipReason.Deleted) },
                    HasMoreBefore = true,
                    HasMoreAfter = true,
                },
            }
        );
        yield return (
            "server-history-empty",
            new ServerFrame
            {
                Id = 9,
                History = new HistoryPage { Conversation = "c1" },
            }
        );
        yield return (
            "server-conversations",
            new ServerFrame
            {
                Id = 8,
                Conversations = new ConversationsPage { Items = { Direct(), Group(), LargeGroup() }, Next = "page-2" },
            }
        );
        yield return (
            "server-conversations-empty",
            new ServerFrame { Id = 8, Conversations = new ConversationsPage() }
        );
    }

    private static IEnumerable<(string Name, ServerFrame Frame)> EntryPushes()
    {
        yield return (
            "server-entries",
            new ServerFrame { Entries = new Entries { Entries_ = { Message(9, "nine"), Message(10, "") } } }
        );
        yield return (
            "server-entries-largest",
            new ServerFrame
            {
                Entries = new Entries
                {
                    Entries_ =
                    {
                        new Entry
                        {
                            Conversation = "c1",
                            Seq = Largest,
                            Time = Largest,
                            Kind = EntryKind.Message,
                            Text = "مرحبا 👋",
                        },
                    },
                },
            }
        );
        yield return (
            "server-entries-changes",
            new ServerFrame
            {
                Entries = new Entries
                {
                    Entries_ =
                    {
                        Change(1, EntryKind.Created, new EntryChange { Title = "Trip ⛰", Users = { "u1", "u2" } }),
                        Change(2, EntryKind.Added, new EntryChange { User = "u3", Role = Role.Member }),
                        Change(3, EntryKind.Removed, new EntryChange { User = "u3" }),
                        Change(4, EntryKind.Left, new EntryChange { User = "u2" }),
                        Change(5, EntryKind.Role, new EntryChange { User = "u4", Role = Role.Admin }),
                        Change(6, EntryKind.Title, new EntryChange { Title = "Trip" }),
                        Change(7, EntryKind.Invited, new EntryChange { User = "u5" }),
                        Change(8, EntryKind.InviteAccepted, new EntryChange { User = "u5" }),
                        Change(9, EntryKind.InviteEnded, new EntryChange { User = "u6" }),
                        Change(10, EntryKind.Unspecified, new EntryChange()),
                    },
                },
            }
        );
        yield return (
            "server-hint",
            new ServerFrame { Hint = new Hints { Hints_ = { HintOf("c1", 12), HintOf("c2", Largest) } } }
        );
        yield return ("server-lagging", new ServerFrame { Lagging = new Lagging() });
    }

    private static IEnumerable<(string Name, ServerFrame Frame)> Lists()
    {
        yield return (
            "server-conversations-hidden",
            new ServerFrame
            {
                Id = 8,
                Conversations = new ConversationsPage
                {
                    Items =
                    {
                        new ConversationSummary { Id = "c1", Hidden = true },
                    },
                },
            }
        );
        yield return (
            "server-conversation-contact",
            new ServerFrame
            {
                Conversation = new ConversationChanged { Conversation = "c1", Contact = "u2" },
            }
        );
        yield return (
            "server-conversation-over",
            new ServerFrame
            {
                Conversation = new ConversationChanged { Conversation = "c1", Over = true },
            }
        );
    }

    private static IEnumerable<(string Name, ServerFrame Frame)> OtherPushes()
    {
        yield return (
            "server-receipts",
            new ServerFrame
            {
                Receipts = new Receipts
                {
                    Receipts_ =
                    {
                        new Receipt
                        {
                            Conversation = "c1",
                            User = "u2",
                            Delivered = 9,
                            Read = 8,
                        },
                        new Receipt
                        {
                            Conversation = "c2",
                            Seq = 70,
                            DeliveredCount = 120,
                            ReadCount = 99,
                        },
                    },
                },
            }
        );
        yield return (
            "server-presence",
            new ServerFrame
            {
                Presence = new Presence
                {
                    Users =
                    {
                        new PresenceState
                        {
                            User = "u2",
                            Online = true,
                            Since = Time,
                        },
                        new PresenceState { User = "u3", Since = Time },
                    },
                },
            }
        );
        yield return (
            "server-typing",
            new ServerFrame
            {
                Typing = new TypingPush { Conversation = "c1", Users = { "u2", "u3" } },
            }
        );
        yield return ("server-typing-nobody", new ServerFrame { Typing = new TypingPush { Conversation = "c1" } });
        yield return (
            "server-conversation",
            new ServerFrame { Conversation = new ConversationChanged { Conversation = "c1" } }
        );
        yield return ("server-token_expiring", new ServerFrame { TokenExpiring = new TokenExpiring { InMs = 60_000 } });
        yield return ("server-ping", new ServerFrame { Ping = new Ping { Time = Time } });
        yield return (
            "server-go_away",
            new ServerFrame
            {
                GoAway = new GoAway
                {
                    Reason = "maintenance",
                    ReconnectAfterMs = 1_000,
                    JitterMs = 5_000,
                    Url = "wss://other.example/v1/connect",
                },
            }
        );
        yield return ("server-nothing", new ServerFrame());
    }

    private static ServerFrame SentOf(bool duplicate) =>
        new()
        {
            Id = 3,
            Sent = new Sent
            {
                Cid = "0193e4a1-7c29-7b3c-8d4e-5f60718293a4",
                Conversation = "c1",
                Seq = 42,
                Time = Time,
                Duplicate = duplicate,
            },
        };

    private static Entry Message(ulong seq, string text) =>
        new()
        {
            Conversation = "c1",
            Seq = seq,
            Time = Time + seq,
            Cid = $"0193e4a1-7c29-7b3c-8d4e-{seq:x12}",
            From = "u2",
            Kind = EntryKind.Message,
            Text = text,
        };

    private static Entry Change(ulong seq, EntryKind kind, EntryChange change) =>
        new()
        {
            Conversation = "c2",
            Seq = seq,
            Time = Time,
            From = "u1",
            Kind = kind,
            Change = change,
        };

    private static Skipped Skip(ulong from, ulong to, SkipReason why) =>
        new()
        {
            Conversation = "c1",
            From = from,
            To = to,
            Why = why,
        };

    private static Hint HintOf(string conversation, ulong head) => new() { Conversation = conversation, Head = head };

    private static ConversationSummary Direct() =>
        new()
        {
            Id = "c1",
            Kind = ConversationKind.Direct,
            MemberCount = 2,
            Role = Role.Member,
            Head = 10,
            Last = Message(10, "ten"),
            Delivered = 10,
            Read = 7,
            Unread = 3,
            Request = true,
            Peer = "u2",
            PeerUsername = "bob",
            Others =
            {
                new MemberMarks
                {
                    User = "u2",
                    Delivered = 10,
                    Read = 10,
                },
            },
        };

    private static ConversationSummary Group() =>
        new()
        {
            Id = "c2",
            Kind = ConversationKind.Group,
            Title = "Trip ⛰",
            MemberCount = 3,
            Role = Role.Owner,
            Head = 1,
            MutedUntil = Largest,
        };

    private static ConversationSummary LargeGroup() =>
        new()
        {
            Id = "c3",
            Kind = ConversationKind.Group,
            MemberCount = 500,
            Unread = 100,
            DeliveredCount = 400,
            ReadCount = 300,
        };
}
