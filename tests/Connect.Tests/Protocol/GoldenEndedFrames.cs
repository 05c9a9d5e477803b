using Connect.Protocol.V1;

namespace Connect.Tests.Protocol;

/// <summary>Frames that say what ended undelivered.</summary>
internal static class GoldenEndedFrames
{
    public static IEnumerable<(string Name, ServerFrame Frame)> All()
    {
        yield return (
            "server-receipts-ended",
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
                            Ended =
                            {
                                new SeqRange { From = 2, To = 2 },
                                new SeqRange { From = 5, To = 7 },
                            },
                        },
                    },
                },
            }
        );
        yield return (
            "server-readers-ended",
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
                            Ended =
                            {
                                new SeqRange { From = 1, To = GoldenClientFrames.Largest },
                            },
                        },
                    },
                },
            }
        );
        yield return (
            "server-conversations-ended",
            new ServerFrame
            {
                Id = 9,
                Conversations = new ConversationsPage
                {
                    Items =
                    {
                        new ConversationSummary
                        {
                            Id = "c1",
                            Head = 9,
                            Ended =
                            {
                                new SeqRange { From = 2, To = 8 },
                            },
                        },
                    },
                },
            }
        );
        yield return (
            "server-welcome-ttl",
            new ServerFrame
            {
                Id = 1,
                Welcome = new Welcome
                {
                    User = "u1",
                    Limits = new Limits { UndeliveredTtl = 2_592_000 },
                },
            }
        );
    }
}
