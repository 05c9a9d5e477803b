using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;
using Connect.Tests.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>Who may do what in a group over a socket: every role, every kind of frame.</summary>
public sealed class RoleFrameTests
{
    public static TheoryData<string> Kinds => [.. RoleTable.Frames.Select(row => row.Kind.ToString())];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_role_gets_its_answer(string kind)
    {
        var row = RoleTable.Frames.Single(each => each.Kind.ToString() == kind);
        await using var world = await RoleWorld.StartAsync();
        var group = await world.NewGroupAsync();
        world.Chat.Http.Services.GetRequiredService<AloneInTheCluster>().EverybodyIsOnline = true;
        var head = (await world.Chat.SummaryAsync("owner", group)).GetProperty("head").GetUInt64();
        var answers = new List<string>();
        foreach (var actor in RoleTable.Actors)
        {
            var client = await world.ConnectAsync(actor);
            answers.Add(
                row.Kind switch
                {
                    ClientFrame.BodyOneofCase.Typing => await TypeAsync(world, client, actor, group),
                    ClientFrame.BodyOneofCase.State => await LookAsync(client, group),
                    ClientFrame.BodyOneofCase.Sync => await SyncAsync(client, group, head),
                    _ => Read(await AskAsync(world, client, Frame(row.Kind, world, group, head)), group, head),
                }
            );
        }

        Assert.Equal(Lines(row.Expected), Lines(answers));
    }

    private static IEnumerable<string> Lines(IEnumerable<string> answers) =>
        RoleTable.Actors.Zip(answers, (actor, answer) => $"{actor}: {answer}");

    private static ClientFrame Frame(ClientFrame.BodyOneofCase kind, RoleWorld world, string group, ulong head) =>
        kind switch
        {
            ClientFrame.BodyOneofCase.Send => new()
            {
                Send = new()
                {
                    Conversation = group,
                    Cid = new Cid(Guid.CreateVersion7(world.Chat.Http.Time.GetUtcNow())).ToString(),
                    Text = "hi",
                },
            },
            ClientFrame.BodyOneofCase.Mark => new()
            {
                Mark = new()
                {
                    Marks =
                    {
                        new Mark
                        {
                            Conversation = group,
                            Delivered = head,
                            Read = head,
                        },
                    },
                },
            },
            ClientFrame.BodyOneofCase.History => new()
            {
                History = new() { Conversation = group, Limit = 200 },
            },
            ClientFrame.BodyOneofCase.Readers => new()
            {
                Readers = new() { Conversation = group, Seq = 1 },
            },
            ClientFrame.BodyOneofCase.Conversations => new() { Conversations = new() { Ids = { group } } },
            ClientFrame.BodyOneofCase.Watch => new()
            {
                Watch = new() { Add = { world.Chat.Id("other"), world.Chat.Id("owner") } },
            },
            _ => throw new NotSupportedException($"No frame of kind {kind} is written here."),
        };

    /// <summary>Marks are persisted after a while.</summary>
    private static async Task<ServerFrame> AskAsync(RoleWorld world, TestClient client, ClientFrame frame)
    {
        var asked = client.AskAsync(frame);
        while (!asked.IsCompleted)
        {
            world.Chat.Http.Time.Advance(TimeSpan.FromMilliseconds(5));
            await Task.WhenAny(asked, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }

        return await asked;
    }

    private static string Read(ServerFrame answer, string group, ulong head) =>
        answer switch
        {
            { Err: { } err } => $"{err.Code}",
            { Sent: not null } => "sent",
            { Ok: not null } => "ok",
            { History: { } page } => Extent(page.Entries.Select(each => each.Seq), head),
            { Readers: not null } => "marks",
            { Conversations: { } page } => page.Items.Any(each => each.Id == group) ? "listed" : "left out",
            { Presence: { } presence } => presence.Users.Any(each => each.Online) ? "contacts" : "nobody",
            _ => $"{answer}",
        };

    /// <summary>The newest entry is the one after the removal of the former member.</summary>
    private static string Extent(IEnumerable<ulong> seqs, ulong head)
    {
        var seen = seqs.ToList();
        return seen switch
        {
            [] => "nothing",
            [1, .., var last] when last == head => "all",
            [1, .., var last] when last == head - 1 => "until they left",
            [var first, ..] => $"{first} to {seen[^1]} of {head}",
        };
    }

    private static async Task<string> SyncAsync(TestClient client, string group, ulong head)
    {
        var pages = await client.SyncAsync();
        Assert.DoesNotContain(
            pages,
            page => page.Skipped.Any(each => each.Conversation == group && each.From <= head && each.To > head)
        );
        var entries = pages.SelectMany(page => page.Entries).Where(each => each.Conversation == group);
        return Extent(entries.Select(each => each.Seq), head);
    }

    /// <summary>Typing has no answer; the owner and the others are told, or they are not.</summary>
    private static async Task<string> TypeAsync(RoleWorld world, TestClient client, string actor, string group)
    {
        Assert.True(ConversationId.TryParse(group, out var id));
        var published = world.Chat.Http.Services.GetRequiredService<AloneInTheCluster>().Published;
        published.Clear();
        await client.ReceiveAsync(
            new ClientFrame
            {
                Typing = new() { Conversation = group, On = true },
            }
        );

        // A frame with an answer behind it: what the first one does has begun.
        await client.AskAsync(new() { Conversations = new() { Ids = { group } } });
        var told = published.Where(each => each.Conversation == id).ToList();
        if (told.Count == 0)
        {
            return "nothing";
        }

        var recipients = told.SelectMany(each => each.Recipients).ToHashSet();
        Assert.DoesNotContain(world.Chat.User(actor), recipients);
        foreach (var name in RoleTable.Actors.Where(each => each is "invited" or "hidden" or "former" or "outsider"))
        {
            Assert.DoesNotContain(world.Chat.User(name), recipients);
        }

        // A block hides it between the two.
        Assert.Equal(actor is not ("owner" or "blocked"), recipients.Contains(world.Chat.User("owner")));
        return "told";
    }

    /// <summary>What a user looks at has no answer, and tells nobody whether they may.</summary>
    private static async Task<string> LookAsync(TestClient client, string group)
    {
        var before = client.Frames.Count;
        await client.ReceiveAsync(
            new ClientFrame
            {
                State = new() { Activity = Activity.Active, Open = { group } },
            }
        );
        await client.AskAsync(new() { Conversations = new() { Limit = 1 } });
        return client.Frames.Count == before + 1 ? "nothing" : $"{client.Frames.Count - before} frames";
    }
}
