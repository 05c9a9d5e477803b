using System.Globalization;
using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.InMemory;
using Connect.Tests.Storage.RocksDb;
using CsCheck;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>Any sequence of operations, right or wrong, has the same outcome in both stores.</summary>
public sealed class StoreEquivalenceTests
{
    private static readonly ConversationId[] Conversations = [new(100), new(101)];
    private static readonly UserId[] Users = [new(1), new(2), new(3)];
    private static readonly Cid[] Cids = [.. Enumerable.Range(0, 12).Select(_ => Talk.NewCid())];

    private static readonly Gen<int[]> Operation = Gen.Int[0, 1_000].Array[8];

    [Fact]
    public async Task The_embedded_store_answers_as_the_one_in_memory()
    {
        using var ports = StoreFolder.OpenForConformance();
        var round = 0;
        await Operation
            .Array[1, 60]
            .SampleAsync(
                async operations =>
                {
                    // Ids of its own for each case, so that all cases share one open store.
                    var offset = (UInt128)Interlocked.Increment(ref round) << 64;
                    var memory = new InMemoryStore(ports.Time);
                    foreach (var operation in operations)
                    {
                        var expected = await RunAsync(memory, memory, memory, offset, operation);
                        var actual = await RunAsync(ports.Store, ports.Reader, ports.Index, offset, operation);
                        Assert.Equal(expected, actual);
                    }
                },
                iter: 150,
                threads: 1
            );
    }

    private static async Task<string> RunAsync(
        IConversationStore store,
        IConversationReader reader,
        IConversationIndex index,
        UInt128 offset,
        int[] operation
    )
    {
        var conversation = new ConversationId(Pick(Conversations, operation[1]).Value + offset);
        var user = new UserId(Pick(Users, operation[2]).Value + offset);
        switch (operation[0] % 11)
        {
            case < 5:
                return await CommitAsync(store, conversation, offset, operation);
            case 5:
                return Describe(await store.ClaimAsync(conversation));
            case 6:
                await index.PutAsync([new(user, conversation, Pick(Cids, operation[3]), operation[4])]);
                return string.Join(';', await index.ListAsync(user, default));
            case 7:
                return $"{await index.DeleteAsync(user, conversation, Pick(Cids, operation[3]))}";
            case 8:
                var counts = await store.CountAsync(conversation, user, operation[3] % 8);
                return $"{counts} {Describe(await store.LoadAsync(conversation))}";
            case 9:
                return await SetFlagsAsync(store, conversation, user, offset, operation);
            default:
                return await ReadAsync(reader, conversation, user, operation);
        }
    }

    private static async Task<string> SetFlagsAsync(
        IConversationStore store,
        ConversationId conversation,
        UserId user,
        UInt128 offset,
        int[] operation
    )
    {
        var other = new UserId(Pick(Users, operation[2] + 1).Value + offset);
        var (add, remove) = ((MemberFlags)(operation[3] % 8), (MemberFlags)(operation[4] % 8));
        var peer = operation[5] % 3 == 0 ? default : other;
        var member = await store.SetFlagsAsync(conversation, user, peer, add, remove);
        return $"{member?.Flags} {Describe(await store.LoadAsync(conversation))}";
    }

    /// <summary>Mostly what a right writer would commit, sometimes stale, sometimes with a known cid.</summary>
    private static async Task<string> CommitAsync(
        IConversationStore store,
        ConversationId conversation,
        UInt128 offset,
        int[] operation
    )
    {
        var loaded = await store.LoadAsync(conversation);
        var create = loaded is null || operation[3] % 20 == 0;
        var epoch = (loaded?.Epoch ?? 1) - (operation[4] % 10 == 0 ? 1 : 0);
        var next = create ? 1 : loaded!.NextSeq + (operation[5] % 10 == 0 ? 1 : 0);
        var time = loaded?.LastTime ?? 1_000;
        var entries = new List<Entry>();
        for (var i = 0; i < operation[6] % 4; i++)
        {
            var from = new UserId(Pick(Users, operation[2] + i).Value + offset);
            var isMessage = operation[7] % 5 != i;
            entries.Add(
                new(
                    next + i,
                    time + i * (operation[7] % 3),
                    isMessage ? EntryKind.Message : EntryKind.Role,
                    from,
                    isMessage ? Cids[(operation[7] + i) % Cids.Length] : default,
                    Encoding.UTF8.GetBytes($"text {operation[6] % 2}"),
                    (loaded?.Messages ?? 0) + i
                )
            );
        }

        var members = Users
            .Take(create ? 3 : operation[5] % 3)
            .Select(u => ToMember(new(u.Value + offset), next, operation));
        var result = await store.CommitAsync(
            new(
                conversation,
                create ? new(ConversationKind.Group, $"title {operation[7]}") : null,
                epoch,
                epoch + operation[6] % 2,
                next,
                [.. entries],
                [.. members]
            )
        );
        return $"{result.Status} {string.Join(';', result.Known)}";
    }

    private static Member ToMember(UserId user, long next, int[] operation) =>
        operation[4] % 4 == 0
            ? new(user, MemberRole.None, [new(1, Math.Max(1, next - 1))], default)
            : new(
                user,
                MemberRole.Member,
                operation[4] % 4 == 1 ? [new(1, 2), new(4, long.MaxValue)] : [new(1, long.MaxValue)],
                new(operation[5] % 9, operation[6] % 7, operation[6] % 7, operation[7] % 3)
            );

    private static async Task<string> ReadAsync(
        IConversationReader reader,
        ConversationId conversation,
        UserId user,
        int[] operation
    )
    {
        var (a, b) = (operation[3] % 9, 1 + operation[4] % 5);
        var history = (operation[5] % 3) switch
        {
            0 => new HistoryQuery(a, 0, 0, b, operation[6]),
            1 => new HistoryQuery(0, a, 0, b, operation[6]),
            _ => new HistoryQuery(0, 0, a, b, operation[6]),
        };
        var page = await reader.ReadHistoryAsync(user, conversation, history, default);
        var slice = await reader.ReadAfterAsync(user, conversation, new(a, 1_000 + operation[7] % 5, b, 9), default);
        var views = await reader.ReadViewsAsync(user, [conversation], default);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{page.Access} {page.HasMoreBefore} {page.HasMoreAfter} ");
        text.AppendJoin(';', page.Entries.Select(Describe)).AppendJoin(';', page.Skipped);
        text.Append(CultureInfo.InvariantCulture, $" {slice.Access} {slice.Through} {slice.Head} ");
        text.AppendJoin(';', slice.Entries.Select(Describe)).AppendJoin(';', slice.Skipped);
        foreach (var view in views)
        {
            text.Append(CultureInfo.InvariantCulture, $" {view.Title} {view.Role} {view.Marks} {view.Head} ");
            text.Append(CultureInfo.InvariantCulture, $"{view.Messages} {view.Unread} {view.MemberCount} ");
            text.Append(view.Last is null ? "-" : Describe(view.Last)).AppendJoin(';', view.Others.Select(Describe));
        }

        return text.ToString();
    }

    private static string Describe(ConversationSnapshot? snapshot) =>
        snapshot is null
            ? "none"
            : $"{snapshot.Kind} {snapshot.Title} {snapshot.Epoch} {snapshot.NextSeq} {snapshot.LastTime} "
                + $"{snapshot.Messages} {string.Join(';', snapshot.Members.Select(Describe))}";

    private static string Describe(Member member) =>
        $"{member.User} {member.Role} {member.Marks} {string.Join(',', member.Visible)}";

    private static string Describe(Entry entry) =>
        $"{entry.Seq} {entry.Time} {entry.Kind} {entry.From} {entry.Cid} {entry.Messages} "
        + Encoding.UTF8.GetString(entry.Body.Span);

    private static T Pick<T>(T[] from, int number) => from[number % from.Length];
}
