using System.Text;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Resends;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>What outsiders learn from the answers to frames: each frame, each kind of outsider.</summary>
[Collection(OutsiderCases.Name)]
public sealed class OutsiderFrameTests(OutsiderWorld world)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_frame_of_the_schema_has_a_row()
    {
        var frames = Enum.GetValues<ClientFrame.BodyOneofCase>().Where(each => each != ClientFrame.BodyOneofCase.None);
        Assert.Equal(frames.Order(), FrameTable.All.Select(row => row.Kind).Distinct().Order());
        Assert.All(FrameTable.All, row => Assert.Equal(row.Kind, row.Make("id").BodyCase));
    }

    [Fact]
    public async Task What_names_a_conversation_is_answered_as_if_it_did_not_exist_and_members_notice_nothing()
    {
        var before = await world.SnapshotAsync();
        await using var bob = await world.OpenAsync(world.Bob);
        var open = new StateRequest { Activity = Activity.Active, Open = { world.Group, world.Direct } };
        await bob.SendAsync(Bytes(new ClientFrame { State = open }, FrameEncoding.Protobuf), Cancellation);
        foreach (var outsider in world.Outsiders.Keys)
        {
            await using var session = await world.OpenAsync(outsider);
            foreach (var row in FrameTable.All.Where(row => row.Scope == Scope.Conversation))
            {
                var nothing = await AskAsync(session, outsider, row, OutsiderWorld.NoConversation());
                var direct = await AskAsync(session, outsider, row, world.Direct);
                var group = await AskAsync(session, outsider, row, world.Group);
                Assert.True(nothing == direct, $"{row.Kind} {outsider}: {nothing}, of others: {direct}");
                var told = row.Told!.To(outsider);
                var code = $"\"code\": {(int)told}";
                var isTold = told == ErrorCode.None ? !group.Contains("\"err\"") : group.Contains(code);
                Assert.True(isTold, $"{row.Kind} {outsider}, expected {told}: {group}");
                if (told is ErrorCode.NotFound or ErrorCode.None && !IsOwnPast(row, outsider))
                {
                    Assert.True(nothing == group, $"{row.Kind} {outsider}: {nothing}, of the group: {group}");
                }

                Assert.DoesNotContain(OutsiderWorld.SecretText, group, StringComparison.Ordinal);
                Assert.DoesNotContain(OutsiderWorld.SecretTitle, group, StringComparison.Ordinal);
            }

            Assert.Empty(session.Pushes);
        }

        // What came to Bob by now would have been before this.
        await using var ann = await world.OpenAsync(world.Ann);
        Assert.Empty(bob.Pushes);
        Assert.Equal(before, await world.SnapshotAsync());
        var sent = Sends.SentOf(await ann.AskAsync(Sends.Frame(world.Group, Sends.NewCid(), "fence"), Cancellation));
        await bob.UntilAsync(() => bob.Entries.Any(each => each.Seq == sent.Seq), () => "the fence", Cancellation);
        Assert.All(bob.Pushes, push => Assert.Equal(sent.Seq, Assert.Single(push.Entries.Entries_).Seq));
    }

    [Fact]
    public async Task Who_blocks_and_who_is_not_there_are_answered_alike()
    {
        await using var session = await world.OpenAsync(Outsider.Blocked);
        foreach (var row in FrameTable.All.Where(row => row.Scope == Scope.User))
        {
            var nobody = OutsiderWorld.NoUser();
            var answer = await session.AskAsync(row.Make(nobody), Cancellation);
            var ofAnn = await session.AskAsync(row.Make(world.Ann.Id), Cancellation);
            Assert.Equal(Plain(answer, nobody), Plain(ofAnn, world.Ann.Id));
        }

        // The same through the conversation that the two had.
        var frame = Sends.Frame(world.Closed, Sends.NewCid(), "still there?");
        Assert.Equal(ErrorCode.Forbidden, Sends.ErrorOf(await session.AskAsync(frame, Cancellation)));
        // Their own message is its head: no more than that may be told.
        var heads = session.Pushes.SelectMany(push => push.Hint.Hints_);
        Assert.All(heads, each => Assert.Equal((world.Closed, 1ul), (each.Conversation, each.Head)));
    }

    [Fact]
    public async Task Heads_of_others_in_a_hello_are_taken_like_such_of_what_is_not_there()
    {
        foreach (var outsider in world.Outsiders.Keys)
        {
            var told = new List<string>();
            foreach (var id in new[] { OutsiderWorld.NoConversation(), world.Direct, world.Group })
            {
                string session;
                string incarnation;
                await using (var first = await world.OpenAsync(outsider))
                {
                    (session, incarnation) = (first.Welcome.Session, first.Welcome.Incarnation);
                }

                var resume = new Resume { Session = session, Incarnation = incarnation };
                resume.Heads.Add(new Position { Conversation = id, Seq = 1 });
                await using var again = await world.OpenAsync(outsider, resume);
                var changed = string.Join(',', again.Welcome.Changed).Replace(id, "ID", StringComparison.Ordinal);
                told.Add($"{again.Welcome.Resumed} {changed}");
            }

            Assert.True(told.Distinct().Count() == 1, $"{outsider}: {string.Join("; ", told)}");
        }
    }

    [Fact]
    public async Task Own_frames_say_nothing_of_others()
    {
        foreach (var outsider in world.Outsiders.Keys)
        {
            await using var session = await world.OpenAsync(outsider);
            var auth = await session.AskAsync(new() { Auth = new() { Token = "none" } }, Cancellation);
            Assert.Equal(ErrorCode.Unauthenticated, Sends.ErrorOf(auth));
            Assert.Equal(
                ErrorCode.Invalid,
                Sends.ErrorOf(await session.AskAsync(new() { Next = new() }, Cancellation))
            );
            var list = await session.AskAsync(new() { Conversations = new() }, Cancellation);
            Assert.DoesNotContain(world.Group, list.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(world.Direct, list.ToString(), StringComparison.Ordinal);
            await session.SendAsync(Bytes(new() { Pong = new() }, EncodingOf(outsider)), Cancellation);
            await session.SendAsync(Bytes(new() { Bye = new() }, EncodingOf(outsider)), Cancellation);
            Assert.Equal((null, 1000), await session.ReadToCloseAsync(Cancellation));
            Assert.Empty(session.Pushes);
        }
    }

    [Fact]
    public async Task Before_hello_each_frame_is_refused_unread()
    {
        foreach (var row in FrameTable.All)
        {
            await using var socket = await RawSocket.OpenAsync(world.Server, Cancellation);
            var frame = row.Make(row.Scope == Scope.User ? world.Bob.Id : world.Group);
            frame.Id = 1;
            await socket.SendAsync(Encoding.UTF8.GetString(Bytes(frame, FrameEncoding.Json)), Cancellation);
            var (text, close) = await socket.ReadToEndAsync(Cancellation);
            var isHello = row.Kind == ClientFrame.BodyOneofCase.Hello;
            var (code, expected) = isHello ? (ErrorCode.Unauthenticated, 4501) : (ErrorCode.HelloExpected, 4500);
            Assert.Contains($"\"code\":{(int)code},", text, StringComparison.Ordinal);
            Assert.Equal(expected, close);
        }
    }

    /// <summary>A sync and the history give who was a member the part they were a member for.</summary>
    private static bool IsOwnPast(FrameRow row, Outsider outsider) =>
        outsider == Outsider.Removed && row.Kind is ClientFrame.BodyOneofCase.Sync or ClientFrame.BodyOneofCase.History;

    /// <summary>All that is answered, without what names the request.</summary>
    private static async Task<string> AskAsync(WireSession session, Outsider outsider, FrameRow row, string id)
    {
        var frame = row.Make(id);
        if (!row.Answered)
        {
            // A frame behind it is answered when it was dealt with.
            await session.SendAsync(Bytes(frame, EncodingOf(outsider)), Cancellation);
            await session.AskAsync(new() { Conversations = new() { Ids = { id } } }, Cancellation);
            return "";
        }

        var answers = new StringBuilder();
        var answer = await session.AskAsync(frame, Cancellation);
        answers.Append(Plain(answer, id));
        while (answer.SyncPage is { Synced: false })
        {
            answer = await session.AskAsync(new() { Next = new() }, Cancellation);
            answers.Append(Plain(answer, id));
        }

        return answers.ToString();
    }

    private static string Plain(ServerFrame answer, string id)
    {
        answer.Id = 0;
        return answer.ToString().Replace(id, "ID", StringComparison.Ordinal);
    }

    private static FrameEncoding EncodingOf(Outsider outsider) =>
        (int)outsider % 2 == 0 ? FrameEncoding.Protobuf : FrameEncoding.Json;

    private static byte[] Bytes(ClientFrame frame, FrameEncoding encoding) =>
        FrameCodec.For(encoding).Writer.Encode(frame).ToArray();
}
