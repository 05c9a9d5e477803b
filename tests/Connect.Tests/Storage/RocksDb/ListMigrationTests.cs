using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.RocksDb;
using Connect.Storage.Rows;
using Connect.Tests.Storage.Conformance;
using RocksDbSharp;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>An index of the first version: rows without a place, invites among them, nothing counted.</summary>
public sealed class ListMigrationTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly UserId _me = UserId.NewRandom();
    private readonly UserId _ann = UserId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rows_of_members_get_their_places_and_rows_of_invites_become_invites_or_go()
    {
        using var store = _folder.Open();
        var talks = new List<Talk>();
        for (var i = 0; i < 600; i++)
        {
            talks.Add(await TalkAsync(store, 1_000 + i, Talk.Present(_me)));
        }

        var now = _folder.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var open = await InviteAsync(store, now, isHidden: false);
        var hidden = await InviteAsync(store, now, isHidden: true);
        var lapsed = await InviteAsync(store, 1, isHidden: false);
        var loose = new IndexRow(_me, ConversationId.NewRandom(), Talk.NewCid(), 5);
        await store.Index.PutAsync([loose]);
        AsTheFirstVersion(store);

        Assert.Equal([(open, _ann)], (await InvitesAsync(store)).Select(row => (row.Conversation, row.By)));
        Assert.Equal(601, await store.Index.CountAsync(_me, Cancel));
        var places = await store.Index.ReadPlacesAsync(_me, ListShelf.All, ListPlace.Start, 1_000, Cancel);
        Assert.Equal(
            talks.Select((talk, i) => new ListPlace(1_000 + i, talk.Id)).Append(new(5, loose.Conversation)).Order(),
            places.AsEnumerable()
        );
        foreach (var gone in new[] { open, hidden, lapsed })
        {
            Assert.Null(await store.Index.FindAsync(_me, gone, Cancel));
        }

        // Counting goes on from there.
        await store.Index.PutAsync([new(_me, ConversationId.NewRandom(), Talk.NewCid(), 9)]);
        Assert.Equal(602, await store.Index.CountAsync(_me, Cancel));
        Assert.True(await store.Index.DeleteAsync(_me, loose.Conversation, loose.Cid));
        Assert.Equal(601, await store.Index.CountAsync(_me, Cancel));
    }

    [Fact]
    public async Task The_sweep_brings_along_users_whom_nobody_meets()
    {
        using var store = _folder.Open();
        await TalkAsync(store, 1_000, Talk.Present(_me));
        var open = await InviteAsync(store, _folder.Time.GetUtcNow().ToUnixTimeMilliseconds(), isHidden: false);
        AsTheFirstVersion(store);

        var page = await store.IndexRows.WalkAsync(default, default, 10, Cancel);

        Assert.Single(page.Rows);
        Assert.Equal([open], store.Database.ReadOwner(store.Database.Invites, _me.Value).Select(Conversation));

        static ConversationId Conversation((byte[] Key, byte[] Value) row) =>
            ListRows.ReadInvite(row.Key, row.Value).Conversation;
    }

    [Fact]
    public async Task Below_the_reserve_users_who_were_not_met_yet_still_read_and_get_out()
    {
        var free = long.MaxValue;
        _folder.Options = _folder.Options with { ReserveBytes = 1_000, FreeBytes = _ => Volatile.Read(ref free) };
        using var store = _folder.Open();
        var talk = await TalkAsync(store, 1_000, Talk.Present(_me));
        var open = await InviteAsync(store, _folder.Time.GetUtcNow().ToUnixTimeMilliseconds(), isHidden: false);
        await store.Index.NoteSentAsync(_me, talk.Id, [_ann], 1, 0, 10);
        AsTheFirstVersion(store);

        Volatile.Write(ref free, 999);
        Assert.Equal(talk.Id, Assert.Single(await store.Index.ListAsync(_me, Cancel)).Conversation);
        Assert.Equal(1, await store.Index.CountAsync(_me, Cancel));
        Assert.Equal(open, Assert.Single(await InvitesAsync(store)).Conversation);
        Assert.True(await store.Index.DeleteInviteAsync(_me, open, long.MaxValue));
        await store.Index.ForgetSentAsync(_me, talk.Id, [_ann]);
        Assert.Empty(await store.Index.ListSentAsync(_me, 10, Cancel));
        Assert.NotNull(store.Refusal);
    }

    [Fact]
    public async Task The_sweep_goes_on_behind_a_user_whose_rows_cannot_be_brought_along()
    {
        using var store = _folder.Open();
        var talks = new[]
        {
            await TalkAsync(store, 1_000, Talk.Present(_me)),
            await TalkAsync(store, 1_001, Talk.Present(_me)),
        };
        AsTheFirstVersion(store);
        var other = new IndexRow(_ann, talks[0].Id, Talk.NewCid(), 5);
        await store.Index.PutAsync([other]);
        using (var batch = new WriteBatch())
        {
            var (key, value) = store.Database.ReadOwner(store.Database.Index, _me.Value)[0];
            value[^1] ^= 1;
            batch.Put(key, value, store.Database.Index);
            store.Database.Write(batch);
        }

        var page = await store.IndexRows.WalkAsync(default, default, 10, Cancel);

        Assert.True(page.IsLast);
        Assert.Equal(2, page.Rows.Length);
        Assert.Contains(other, page.Rows.AsEnumerable());
    }

    [Fact]
    public async Task A_member_of_a_large_group_of_the_first_version_is_found_and_gets_a_slot_with_the_next_one()
    {
        using var store = _folder.Open();
        var users = Enumerable.Range(0, 150).Select(_ => UserId.NewRandom()).ToArray();
        var talk = await Talk.Between(store.Conversations, users).CreateAsync("large");
        using (var batch = new WriteBatch())
        {
            foreach (var (key, _) in store.Database.ReadOwner(store.Database.Slots, talk.Id.Value))
            {
                batch.Delete(key, store.Database.Slots);
            }

            store.Database.Write(batch);
        }

        Assert.True(await store.IndexRows.BelongsAsync(users[140], talk.Id, Cancel));
        await talk.MembersAsync(Talk.Present(_me));

        Assert.Equal(150 - 64 + 2, store.Database.ReadOwner(store.Database.Slots, talk.Id.Value).Count);
        foreach (var user in users.Append(_me))
        {
            Assert.True(await store.IndexRows.BelongsAsync(user, talk.Id, Cancel));
        }

        Assert.False(await store.IndexRows.BelongsAsync(_ann, talk.Id, Cancel));
    }

    private async Task<IReadOnlyList<InviteRow>> InvitesAsync(RocksDbStore store) =>
        await store.Index.ListInvitesAsync(_me, Cancel);

    private async Task<Talk> TalkAsync(RocksDbStore store, long time, Member me)
    {
        var talk = Talk.Between(store.Conversations, _ann);
        talk.Time = time;
        var creation = talk.Creation("group", talk.Message(1, _ann, "first"));
        await talk.MustCommitAsync(creation with { Members = [.. creation.Members, me] });
        await store.Index.PutAsync([new(_me, talk.Id, Talk.NewCid(), time)]);
        return talk;
    }

    private async Task<ConversationId> InviteAsync(RocksDbStore store, long time, bool isHidden)
    {
        var invited = new Member(_me, MemberRole.None, [], default, new(_ann, time, isHidden));
        return (await TalkAsync(store, 900, invited)).Id;
    }

    /// <summary>Takes from the store what the first version did not write.</summary>
    private void AsTheFirstVersion(RocksDbStore store)
    {
        var keys = StoreKeys.OpenExisting(store.Database, _folder.KeyFile, 10);
        var key = keys.Find(RowTable.UserKey, _me.Value)!;
        using var batch = new WriteBatch();
        foreach (var (rowKey, value) in store.Database.ReadOwner(store.Database.Index, _me.Value))
        {
            var conversation = new ConversationId(RowKeys.ReadId(RowKeys.Row(rowKey)));
            var row = SealedRows.OpenIndexRow(key, _me, conversation, value).Row;
            var old = new byte[IndexValue.Length];
            IndexValue.Write(old, new(row, 0));
            old[0] = 2;
            var without = old.AsSpan(0, old.Length - sizeof(long));
            batch.Put(
                rowKey,
                key.Cipher.Seal(RowTable.Index, _me.Value, rowKey.AsSpan(16), without),
                store.Database.Index
            );
        }

        foreach (var (placeKey, _) in store.Database.ReadOwner(store.Database.Places, _me.Value))
        {
            batch.Delete(placeKey, store.Database.Places);
        }

        store.Database.Write(batch);
    }
}
