using Connect.Protocol.V1;

namespace Connect.Tests.Cost;

/// <summary>Something a user can ask.</summary>
/// <param name="Name">As in docs/cost.md: the frame, or the method and route.</param>
/// <param name="Ask">Asks it once.</param>
/// <param name="GrowsWith">What its work may grow with; with nothing else it may.</param>
internal sealed record Operation(string Name, Func<CostWorld, Task> Ask, params Size[] GrowsWith)
{
    /// <summary>
    /// Most of its work is a job in the background, of which more or less is done when the answer comes: it must
    /// succeed, and is not compared.
    /// </summary>
    public bool GoesOn { get; init; }
}

/// <summary>
/// Everything a user can ask, in an order in which each finds what it needs: what ends something comes last.
/// </summary>
internal static class Operations
{
    private static readonly IReadOnlyList<Operation> Frames =
    [
        new("hello", world => world.ConnectAsync()),
        new("pong", world => world.TellAsync(new() { Pong = new() })),
        new("state", world => world.TellAsync(new() { State = new() { Open = { world.Group.ToString() } } })),
        new(
            "typing",
            world =>
                world.TellAsync(
                    new()
                    {
                        Typing = new() { Conversation = world.Group.ToString(), On = true },
                    }
                ),
            Size.Members,
            Size.FormerMembers
        ),
        new(
            "conversations",
            world => world.AskAsync(new() { Conversations = new() { Limit = 3 } }),
            Size.Conversations,
            Size.Members
        ),
        new(
            "history",
            world =>
                world.AskAsync(
                    new()
                    {
                        History = new() { Conversation = world.Group.ToString(), Limit = 10 },
                    }
                )
        ),
        new(
            "readers",
            world =>
                world.AskAsync(
                    new()
                    {
                        Readers = new() { Conversation = world.Group.ToString(), Seq = 5 },
                    }
                ),
            Size.Members,
            Size.FormerMembers
        ),
        new("sync", world => world.AskAsync(Sync(world)), Size.Conversations),
        new("next", world => world.AskAsync(new() { Next = new() })),
        new("send", world => world.AskAsync(new() { Send = Send(world) }), Size.Members, Size.FormerMembers),
        new("mark", world => world.AskAsync(Mark(world)), Size.Members),
        new("watch", world => world.AskAsync(new() { Watch = new() { Add = { world.Contact.ToString() } } })),
    ];

    /// <summary>Frames first, then routes; the session ends before what ends the login.</summary>
    public static readonly IReadOnlyList<Operation> All =
    [
        .. Frames,
        new("bye", world => world.TellAsync(new() { Bye = new() })),
        .. RouteOperations.All,
    ];

    private static ClientFrame Sync(CostWorld world) =>
        new()
        {
            Sync = new()
            {
                Mode = SyncMode.All,
                Positions =
                {
                    new Position { Conversation = world.Group.ToString(), Seq = 1 },
                },
            },
        };

    private static Send Send(CostWorld world) =>
        new()
        {
            Conversation = world.Group.ToString(),
            Text = "text",
            Cid = world.NewCid(),
        };

    private static ClientFrame Mark(CostWorld world) =>
        new()
        {
            Mark = new()
            {
                Marks =
                {
                    new Mark
                    {
                        Conversation = world.Group.ToString(),
                        Delivered = 10,
                        Read = 10,
                    },
                },
            },
        };
}
