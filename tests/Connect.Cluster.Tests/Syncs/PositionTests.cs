using System.Text;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Resends;
using Connect.Contracts.Identifiers;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Google.Protobuf;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Syncs;

/// <summary>Positions that are stale, of the future, of somebody else or no numbers, over real sockets.</summary>
public sealed class PositionTests(ResendServer shared) : IClassFixture<ResendServer>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly FrameEncoding[] Encodings = [FrameEncoding.Protobuf, FrameEncoding.Json];

    [Fact]
    public async Task Everybody_is_given_just_what_is_theirs_whatever_position_they_claim()
    {
        await using var world = SyncWorld.Join(shared.Server, Limit);
        var (ann, bob, carl, dora, eve) = (
            await world.NewUserAsync(),
            await world.NewUserAsync(),
            await world.NewUserAsync(),
            await world.NewUserAsync(),
            await world.NewUserAsync()
        );
        await world.BefriendAsync(ann, bob, carl, dora);
        await using var owner = await world.OpenAsync(ann);
        var group = await world.NewGroupAsync(ann, bob, carl, dora);
        var gone = await world.SendAsync(owner, group, 5) + 1;
        await world.RemoveAsync(ann, group, carl);
        await world.RemoveAsync(ann, group, dora);
        var back = await world.SendAsync(owner, group, 5) + 1;
        await world.AddAsync(ann, group, dora);
        await world.SendAsync(owner, group, 5);
        var log = await owner.HistoryAsync(group, world.Deadline);
        Assert.Equal(ann.Id, log[(int)gone].From);
        Assert.Equal((dora.Id, EntryKind.Added), (log[(int)back - 1].Change.User, log[(int)back - 1].Kind));

        foreach (var encoding in Encodings)
        {
            var head = (ulong)log.Count;
            ulong[] future = [head + 1, head + 1_000_000, (1ul << 53) - 1];
            await using var member = await world.OpenAsync(bob, encoding);
            foreach (var position in new ulong[] { 0, 1, gone, head - 1, head })
            {
                Assert.Equal(Log(position + 1, head), await AskAsync(world, member, group, position));
            }

            foreach (var position in future)
            {
                Assert.Equal([$"reset {head}"], await AskAsync(world, member, group, position));
            }

            await using var former = await world.OpenAsync(carl, encoding);
            foreach (var position in (ulong[])[0, 1, gone - 1, gone, gone + 1, head, .. future])
            {
                Assert.Equal(Log(position + 1, gone), await AskAsync(world, former, group, position));
            }

            await using var returned = await world.OpenAsync(dora, encoding);
            var left = gone + 1;
            foreach (var position in new ulong[] { 0, gone - 1, gone, left, left + 2, back - 1, back, head })
            {
                string[] skipped =
                    position + 1 < back ? [$"not_member {Math.Max(position, left) + 1} to {back - 1}"] : [];
                string[] expected =
                [
                    .. Log(position + 1, left),
                    .. skipped,
                    .. Log(Math.Max(back, position + 1), head),
                ];
                Assert.Equal(expected.Order(), (await AskAsync(world, returned, group, position)).Order());
            }

            await using var outsider = await world.OpenAsync(eve, encoding);
            foreach (var position in (ulong[])[0, 1, head, .. future])
            {
                Assert.Empty(await AskAsync(world, outsider, group, position));
                Assert.Empty(await AskAsync(world, outsider, ConversationId.NewRandom().ToString(), position));
            }

            await LiveAsync(world, owner, group, member, [former, outsider]);
            log = await owner.HistoryAsync(group, world.Deadline);
        }
    }

    [Fact]
    public async Task What_is_no_position_or_no_sync_is_refused_and_does_not_harm_the_session()
    {
        await using var world = SyncWorld.Join(shared.Server, Limit);
        var user = await world.NewUserAsync();
        foreach (var encoding in Encodings)
        {
            await using var session = await world.OpenAsync(user, encoding);
            Position Good() => new() { Conversation = ConversationId.NewRandom().ToString(), Seq = 7 };
            var bad = new Position { Conversation = "no id", Seq = 1 };
            await RefusedAsync(world, session, new() { Next = new() }, "next");
            await RefusedAsync(world, session, new() { Sync = new() { Positions = { Good() } } }, "mode");
            await RefusedAsync(
                world,
                session,
                new()
                {
                    Sync = new() { Mode = SyncMode.All, Positions = { Good(), bad } },
                },
                "positions"
            );
            var part = new Sync
            {
                Mode = SyncMode.All,
                Positions = { Good() },
                More = true,
            };
            Assert.NotNull((await session.AskAsync(new() { Sync = part }, world.Deadline)).Ok);
            await RefusedAsync(
                world,
                session,
                new()
                {
                    Sync = new() { Mode = SyncMode.Listed, Positions = { Good() } },
                },
                "mode"
            );
            Assert.True(Assert.Single(await session.SyncAsync([Good(), Good()], world.Deadline)).Synced);
        }
    }

    [Fact]
    public async Task A_position_that_is_no_number_of_the_protocol_ends_the_session_and_nobody_else_s()
    {
        await using var world = SyncWorld.Join(shared.Server, Limit);
        var (ann, user) = (await world.NewUserAsync(), await world.NewUserAsync());
        await using var bystander = await world.OpenAsync(ann);
        var id = ConversationId.NewRandom();
        foreach (var seq in new[] { "-1", "9007199254740992", "18446744073709551616", "1.5", "\"1\"", "[1]", "1e999" })
        {
            await using var session = await world.OpenAsync(user, FrameEncoding.Json);
            var sync = $$"""{"id":9,"sync":{"mode":"all","positions":[{"conversation":"{{id}}","seq":{{seq}} }] } }""";
            await session.SendAsync(Encoding.UTF8.GetBytes(sync), world.Deadline);
            await AssertBadAsync(world, session, seq);
        }

        foreach (var seq in new[] { 1ul << 53, 1ul << 63, ulong.MaxValue })
        {
            await using var session = await world.OpenAsync(user);
            var position = new Position { Conversation = id.ToString(), Seq = seq };
            var frame = new ClientFrame
            {
                Id = 9,
                Sync = new() { Mode = SyncMode.All, Positions = { position } },
            };
            using var message = new MemoryStream();
            frame.WriteDelimitedTo(message);
            await session.SendAsync(message.ToArray(), world.Deadline);
            await AssertBadAsync(world, session, $"{seq}");
        }

        Assert.True(Assert.Single(await bystander.SyncAsync([], world.Deadline)).Synced);
    }

    private static async Task AssertBadAsync(SyncWorld world, WireSession session, string seq)
    {
        var (error, close) = await session.ReadToCloseAsync(world.Deadline);
        Assert.Equal((seq, (uint)ErrorCode.BadFrame, 4500), (seq, error?.Code ?? 0, close));
    }

    private static string[] Log(ulong from, ulong to)
    {
        var seqs = new List<string>();
        for (var seq = from; seq <= to; seq++)
        {
            seqs.Add($"entry {seq}");
        }

        return [.. seqs];
    }

    /// <summary>All that a sync says of a conversation.</summary>
    private static async Task<List<string>> AskAsync(SyncWorld world, WireSession session, string group, ulong position)
    {
        var pages = await session.SyncAsync([new() { Conversation = group, Seq = position }], world.Deadline);
        return
        [
            .. pages
                .SelectMany(page => page.Entries)
                .Where(each => each.Conversation == group)
                .Select(each => $"entry {each.Seq}"),
            .. pages
                .SelectMany(page => page.Skipped)
                .Where(each => each.Conversation == group)
                .Select(each =>
                    $"{(each.Why == SkipReason.NotMember ? "not_member" : each.Why)} {each.From} to {each.To}"
                ),
            .. pages
                .SelectMany(page => page.Reset)
                .Where(each => each.Conversation == group)
                .Select(each => $"reset {each.Seq}"),
        ];
    }

    private static async Task RefusedAsync(SyncWorld world, WireSession session, ClientFrame frame, string field)
    {
        var error = (await session.AskAsync(frame, world.Deadline)).Err;
        Assert.Equal(((uint)ErrorCode.Invalid, field, false), (error.Code, error.Field, error.Retryable));
    }

    /// <summary>
    /// Whatever a member claimed, the session is live and the next entry comes; to nobody else, who hears other things.
    /// </summary>
    private static async Task LiveAsync(
        SyncWorld world,
        WireSession owner,
        string group,
        WireSession member,
        WireSession[] others
    )
    {
        member.Entries.Clear();
        var seq = await world.SendAsync(owner, group, 1, "live");
        await member.UntilAsync(entries => entries.Exists(each => each.Seq == seq), "the live entry", world.Deadline);
        Assert.Equal("live", Assert.Single(member.Entries).Text);
        foreach (var other in others)
        {
            other.Entries.Clear();
            other.Pushes.Clear();
            var hello = Sends.FrameTo(other.Welcome.User, Sends.NewCid(), "to you");
            Sends.SentOf(await owner.AskAsync(hello, world.Deadline));
            await other.UntilAsync(entries => entries.Count > 0, "a message of their own", world.Deadline);
            Assert.Equal("to you", Assert.Single(other.Entries).Text);
            Assert.DoesNotContain(other.Pushes, each => each.Hint is not null);
        }
    }
}
