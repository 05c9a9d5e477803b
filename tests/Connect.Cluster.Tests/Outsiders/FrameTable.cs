using Connect.Cluster.Tests.Resends;
using Connect.Protocol.V1;
using ErrorCode = Connect.Protocol.ErrorCode;
using Kind = Connect.Protocol.V1.ClientFrame.BodyOneofCase;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>Each frame of a client has at least one row; a test compares them with the schema.</summary>
internal static class FrameTable
{
    private static readonly Told NoSync = new(ErrorCode.Invalid, ErrorCode.Invalid, ErrorCode.Invalid);

    public static readonly IReadOnlyList<FrameRow> All =
    [
        // Before a session: the heads that are named in it are tried apart.
        new(Kind.Hello, Scope.Door, _ => new() { Hello = new() { Token = "none" } }),
        new(Kind.Auth, Scope.Own, _ => new() { Auth = new() { Token = "none" } }),
        new(Kind.Bye, Scope.Own, _ => new() { Bye = new() }, Answered: false),
        new(Kind.Pong, Scope.Own, _ => new() { Pong = new() }, Answered: false),
        new(Kind.Next, Scope.Own, _ => new() { Next = new() }, NoSync),
        new(Kind.Send, Scope.Conversation, id => Sends.Frame(id, Sends.NewCid(), "let me in"), Told.ByDoing),
        new(Kind.Send, Scope.User, user => Sends.FrameTo(user, Sends.NewCid(), "let me in")),
        new(Kind.Mark, Scope.Conversation, id => Mark(new Mark { Conversation = id, Read = 1 }), Told.ByDoing),
        new(
            Kind.Typing,
            Scope.Conversation,
            id =>
                new()
                {
                    Typing = new() { Conversation = id, On = true },
                },
            Told.Nothing,
            Answered: false
        ),
        new(
            Kind.State,
            Scope.Conversation,
            id =>
                new()
                {
                    State = new() { Activity = Activity.Active, Open = { id } },
                },
            Told.Nothing,
            Answered: false
        ),
        new(Kind.Watch, Scope.User, user => new() { Watch = new() { Add = { user } } }),
        new(Kind.Sync, Scope.Conversation, id => Sync(SyncMode.Listed, id), Told.Nothing),
        new(
            Kind.Conversations,
            Scope.Conversation,
            id => new() { Conversations = new() { Ids = { id } } },
            Told.Nothing
        ),
        new(Kind.History, Scope.Conversation, id => new() { History = new() { Conversation = id } }, Told.ByHistory),
        new(
            Kind.History,
            Scope.Conversation,
            id =>
                new()
                {
                    History = new() { Conversation = id, Around = 1 },
                },
            Told.ByHistory
        ),
        new(
            Kind.History,
            Scope.Conversation,
            id =>
                new()
                {
                    History = new() { Conversation = id, After = 1000 },
                },
            Told.ByReading
        ),
        new(
            Kind.Readers,
            Scope.Conversation,
            id =>
                new()
                {
                    Readers = new() { Conversation = id, Seq = 1 },
                },
            Told.ByReading
        ),
    ];

    private static ClientFrame Mark(Mark mark) => new() { Mark = new() { Marks = { mark } } };

    private static ClientFrame Sync(SyncMode mode, string id) =>
        new()
        {
            Sync = new()
            {
                Mode = mode,
                Positions =
                {
                    new Position { Conversation = id, Seq = 1 },
                },
            },
        };
}
