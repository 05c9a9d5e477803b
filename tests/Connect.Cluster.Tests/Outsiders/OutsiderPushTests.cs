using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Resends;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Outsiders;

/// <summary>While the members write, mark, type, come and go, no outsider is pushed anything of it.</summary>
[Collection(OutsiderCases.Name)]
public sealed class OutsiderPushTests(OutsiderWorld world)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Nothing_of_the_conversation_reaches_an_outsider()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var cancellation = limit.Token;
        var listening = new Dictionary<Outsider, WireSession>();
        try
        {
            foreach (var outsider in world.Outsiders.Keys)
            {
                var session = await world.OpenAsync(outsider);
                listening.Add(outsider, session);
                await ListenAsync(outsider, session, cancellation);
            }

            await ActAsync(cancellation);
            await using var carl = await world.OpenAsync(world.Carl);
            foreach (var (outsider, session) in listening)
            {
                var hello = Sends.FrameTo(world.Outsiders[outsider].Id, Sends.NewCid(), "a sign of life");
                var sign = Sends.SentOf(await carl.AskAsync(hello, cancellation));
                bool IsSign(Entry entry) => entry.Conversation == sign.Conversation;
                await session.UntilAsync(
                    () => session.Pushes.Any(push => push.Entries?.Entries_.Any(IsSign) == true),
                    () => $"the sign of life for {outsider}",
                    cancellation
                );
                await session.AskAsync(new() { Conversations = new() }, cancellation);
                Assert.True(
                    session.Pushes.All(push => push.Entries is { } batch && batch.Entries_.All(IsSign)),
                    $"{outsider}: {string.Join("\n", session.Pushes)}"
                );
            }
        }
        finally
        {
            foreach (var session in listening.Values)
            {
                await session.DisposeAsync();
            }
        }
    }

    /// <summary>Puts the conversations on its screen and watches who is in them.</summary>
    private async Task ListenAsync(Outsider outsider, WireSession session, CancellationToken cancellation)
    {
        var encoding = (int)outsider % 2 == 0 ? FrameEncoding.Protobuf : FrameEncoding.Json;
        var state = new StateRequest { Activity = Activity.Active, Open = { world.Group, world.Direct, world.Closed } };
        var bytes = FrameCodec.For(encoding).Writer.Encode(new ClientFrame { State = state }).ToArray();
        await session.SendAsync(bytes, cancellation);
        var watch = new Watch { Add = { world.Bob.Id } };
        if (outsider is Outsider.Stranger or Outsider.Blocked or Outsider.Invited or Outsider.InvitedHidden)
        {
            // The others are contacts of hers, who may see her come and go.
            watch.Add.Add(world.Ann.Id);
        }

        var answer = await session.AskAsync(new() { Watch = watch }, cancellation);
        Assert.All(answer.Presence.Users, user => Assert.Equal((false, 0ul), (user.Online, user.Since)));
    }

    /// <summary>Each kind of push is seen by a member, so it was there to leak.</summary>
    private async Task ActAsync(CancellationToken cancellation)
    {
        await using var ann = await world.OpenAsync(world.Ann);
        var state = new StateRequest { Activity = Activity.Active, Open = { world.Group, world.Direct } };
        await TellAsync(ann, new() { State = state }, cancellation);
        await ann.AskAsync(new() { Watch = new() { Add = { world.Bob.Id } } }, cancellation);
        await using (var bob = await world.OpenAsync(world.Bob))
        {
            foreach (var conversation in new[] { world.Group, world.Direct })
            {
                var frame = Sends.Frame(conversation, Sends.NewCid(), OutsiderWorld.SecretText);
                var sent = Sends.SentOf(await ann.AskAsync(frame, cancellation));
                await TellAsync(
                    bob,
                    new()
                    {
                        Typing = new() { Conversation = conversation, On = true },
                    },
                    cancellation
                );
                var mark = new Mark { Conversation = conversation, Read = sent.Seq };
                await bob.AskAsync(new() { Mark = new() { Marks = { mark } } }, cancellation);
                var answer = Sends.Frame(conversation, Sends.NewCid(), OutsiderWorld.SecretText);
                await SeeAsync(push => push.Typing?.Conversation == conversation, "typing");
                await SeeAsync(
                    push => push.Receipts?.Receipts_.Any(each => each.Conversation == conversation) == true,
                    "receipts"
                );
                Sends.SentOf(await bob.AskAsync(answer, cancellation));
                await SeeAsync(
                    push => push.Entries?.Entries_.Any(each => each.Conversation == conversation) == true,
                    "entries"
                );
            }

            await world.OkAsync(
                world.Ann,
                HttpMethod.Put,
                $"/v1/conversations/{world.Group}/title",
                new { title = OutsiderWorld.SecretTitle + " again" }
            );
            await TellAsync(bob, new() { Bye = new() }, cancellation);
        }

        await SeeAsync(push => push.Presence?.Users.Any(each => !each.Online) == true, "presence");

        Task SeeAsync(Func<ServerFrame, bool> isIt, string what) =>
            ann.UntilAsync(() => ann.Pushes.Any(isIt), () => what, cancellation);
    }

    private static Task TellAsync(WireSession session, ClientFrame frame, CancellationToken cancellation) =>
        session.SendAsync(FrameCodec.For(FrameEncoding.Protobuf).Writer.Encode(frame).ToArray(), cancellation);
}
