using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Tests.Protocol;

/// <summary>The client frames of <c>proto/vectors</c>: every kind, every field, every edge.</summary>
internal static class GoldenClientFrames
{
    public const ulong Largest = ProtocolLimits.NumberLimit - 1;

    public static IEnumerable<(string Name, ClientFrame Frame)> All() =>
        [.. Opening(), .. Writing(), .. Reading(), .. Lists(), .. Presence()];

    private static IEnumerable<(string Name, ClientFrame Frame)> Opening()
    {
        yield return (
            "client-hello",
            new ClientFrame
            {
                Id = 1,
                Hello = new Hello
                {
                    Token = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
                    DeviceId = "d1",
                    Agent = "example/1.0",
                },
            }
        );
        yield return (
            "client-hello-full",
            new ClientFrame
            {
                Id = 1,
                Hello = new Hello
                {
                    Token = "token",
                    DeviceId = "d1",
                    Agent = "example/1.0 (Ünïcode)",
                    Background = true,
                    Wants = new Wants
                    {
                        Receipts = true,
                        Presence = true,
                        Typing = true,
                    },
                    Resume = new Resume
                    {
                        Session = "s1",
                        Incarnation = "i1",
                        Heads =
                        {
                            new Position { Conversation = "c1", Seq = 1 },
                            new Position { Conversation = "c2", Seq = Largest },
                        },
                    },
                },
            }
        );
        yield return (
            "client-hello-wants-nothing",
            new ClientFrame
            {
                Id = 1,
                Hello = new Hello
                {
                    Token = "token",
                    Wants = new Wants(),
                    Resume = new Resume(),
                },
            }
        );
        yield return (
            "client-auth",
            new ClientFrame
            {
                Id = 2,
                Auth = new Auth { Token = "token" },
            }
        );
        yield return ("client-pong", new ClientFrame { Pong = new Pong() });
        yield return ("client-bye", new ClientFrame { Bye = new Bye() });
        yield return ("client-id-largest", new ClientFrame { Id = Largest, Bye = new Bye() });
        yield return ("client-nothing", new ClientFrame());
        yield return ("client-without-body", new ClientFrame { Id = 128 });
    }

    private static IEnumerable<(string Name, ClientFrame Frame)> Writing()
    {
        yield return ("client-send", SendOf("Hello"));
        yield return (
            "client-send-full",
            new ClientFrame
            {
                Id = 300,
                Send = new Send
                {
                    Conversation = "c1",
                    Cid = "0193e4a1-7c2a-7b3c-8d4e-5f60718293a4",
                    Text = "Second",
                    After = "0193e4a1-7c29-7b3c-8d4e-5f60718293a4",
                    Seen = 41,
                },
            }
        );
        yield return (
            "client-send-to-user",
            new ClientFrame
            {
                Id = 4,
                Send = new Send
                {
                    To = "u2",
                    Cid = "0193e4a1-7c2a-7b3c-8d4e-5f60718293a4",
                    Text = "Hi",
                },
            }
        );
        yield return ("client-send-emoji", SendOf("👩‍👩‍👧‍👦 👍🏽 𝄞 🇪🇺"));
        yield return ("client-send-right-to-left", SendOf("مرحبا بالعالم ‏(שלום)‎ e\u0301"));
        yield return ("client-send-escapes", SendOf("\"\\/\b\f\n\r\t\0\u0001\u001f\u007f\u0085\u2028\u2029<>&'+`"));
        yield return ("client-send-noncharacters", SendOf("\ufeff\ufffd\uffff\U0010ffff"));
        yield return ("client-send-empty", new ClientFrame { Id = 3, Send = new Send() });
        yield return ("client-send-longest", SendOf(new string('é', ProtocolLimits.TextBytes / 2)));
        yield return (
            "client-mark",
            new ClientFrame
            {
                Id = 5,
                Mark = new MarkRequest
                {
                    Marks =
                    {
                        new Mark
                        {
                            Conversation = "c1",
                            Delivered = 7,
                            Read = 5,
                        },
                        new Mark { Conversation = "c2", Delivered = Largest },
                        new Mark { Conversation = "c3", Read = 1 },
                    },
                },
            }
        );
        yield return ("client-mark-empty", new ClientFrame { Id = 5, Mark = new MarkRequest() });
    }

    private static IEnumerable<(string Name, ClientFrame Frame)> Reading()
    {
        yield return (
            "client-sync-all",
            new ClientFrame
            {
                Id = 6,
                Sync = new Sync
                {
                    Mode = SyncMode.All,
                    Positions =
                    {
                        new Position { Conversation = "c1", Seq = 17 },
                    },
                    More = true,
                },
            }
        );
        yield return (
            "client-sync-empty",
            new ClientFrame
            {
                Id = 6,
                Sync = new Sync { Mode = SyncMode.All },
            }
        );
        yield return (
            "client-sync-listed",
            new ClientFrame
            {
                Id = 6,
                Sync = new Sync
                {
                    Mode = SyncMode.Listed,
                    Positions =
                    {
                        new Position { Conversation = "c1" },
                        new Position { Conversation = "c2", Seq = 2 },
                    },
                },
            }
        );
        yield return (
            "client-sync-fresh",
            new ClientFrame
            {
                Id = 6,
                Sync = new Sync { Mode = SyncMode.Fresh },
            }
        );
        yield return ("client-next", new ClientFrame { Id = 7, Next = new NextPage() });
        yield return ("client-history-newest", History(new HistoryRequest()));
        yield return ("client-history-before", History(new HistoryRequest { Before = 100, Limit = 200 }));
        yield return ("client-history-after", History(new HistoryRequest { After = 100, Limit = 1 }));
        yield return ("client-history-around", History(new HistoryRequest { Around = Largest, Limit = uint.MaxValue }));
        yield return (
            "client-readers",
            new ClientFrame
            {
                Id = 10,
                Readers = new ReadersRequest { Conversation = "c1", Seq = 12 },
            }
        );
    }

    private static IEnumerable<(string Name, ClientFrame Frame)> Lists()
    {
        yield return (
            "client-conversations",
            new ClientFrame
            {
                Id = 8,
                Conversations = new ConversationsRequest
                {
                    After = "page-2",
                    Limit = 200,
                    Ids = { "c1", "c2" },
                },
            }
        );
        yield return (
            "client-conversations-first",
            new ClientFrame { Id = 8, Conversations = new ConversationsRequest() }
        );
        foreach (var filter in Enum.GetValues<ConversationFilter>().Where(each => each != default))
        {
            yield return (
                $"client-conversations-{filter.ToString().ToLowerInvariant()}",
                new ClientFrame
                {
                    Id = 8,
                    Conversations = new ConversationsRequest { Filter = filter },
                }
            );
        }
    }

    private static IEnumerable<(string Name, ClientFrame Frame)> Presence()
    {
        yield return (
            "client-typing-on",
            new ClientFrame
            {
                Typing = new TypingRequest { Conversation = "c1", On = true },
            }
        );
        yield return ("client-typing-off", new ClientFrame { Typing = new TypingRequest { Conversation = "c1" } });
        yield return (
            "client-watch",
            new ClientFrame
            {
                Id = 11,
                Watch = new Watch { Add = { "u2", "u3" }, Remove = { "u4" } },
            }
        );
        yield return (
            "client-state-active",
            new ClientFrame
            {
                State = new StateRequest { Activity = Activity.Active, Open = { "c1" } },
            }
        );
        yield return (
            "client-state-background",
            new ClientFrame { State = new StateRequest { Activity = Activity.Background } }
        );
    }

    private static ClientFrame SendOf(string text) =>
        new()
        {
            Id = 3,
            Send = new Send
            {
                Conversation = "c1",
                Cid = "0193e4a1-7c29-7b3c-8d4e-5f60718293a4",
                Text = text,
            },
        };

    private static ClientFrame History(HistoryRequest request)
    {
        request.Conversation = "c1";
        return new ClientFrame { Id = 9, History = request };
    }
}
