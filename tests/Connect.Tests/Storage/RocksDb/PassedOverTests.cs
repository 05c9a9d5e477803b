using System.Diagnostics.Metrics;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.RocksDb;
using Connect.Storage.Rows;
using Connect.Tests.Identity;
using Connect.Tests.Storage.Conformance;
using Microsoft.Extensions.Time.Testing;
using RocksDbSharp;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>One damaged row does not stop the work in the background for all who come after it.</summary>
public sealed class PassedOverTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly RecordedLog _log = new();
    private readonly UserId _me = UserId.NewRandom();
    private readonly UserId _ann = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_note_that_cannot_be_settled_stays_and_those_behind_it_are_settled()
    {
        using var store = Open();
        var low = await TalkAsync(store, new(5), _me, _ann);
        var high = await TalkAsync(store, new(UInt128.MaxValue - 5), _me, _ben);
        var kept = Damage(store, _ann, low);

        Assert.Equal([high], await store.ListOrder.SettleAsync(2_000, Cancel));
        Assert.Empty(await store.ListOrder.SettleAsync(2_000, Cancel));
        _folder.Time.Advance(PassedOver.Rest);
        Assert.Empty(await store.ListOrder.SettleAsync(2_000, Cancel));
        Assert.Equal([low], Notes(store));
        Assert.Single(_log.Events, each => each.Event.Id == 3012);

        Write(store, _ann, low, kept);
        _folder.Time.Advance(PassedOver.Rest);
        Assert.Equal([low], await store.ListOrder.SettleAsync(2_000, Cancel));
        Assert.Empty(Notes(store));
    }

    [Fact]
    public async Task However_few_places_there_are_each_note_gets_its_turn()
    {
        using var store = Open();
        var damaged = new List<ConversationId>();
        for (var id = 1; id <= 5; id++)
        {
            damaged.Add(await TalkAsync(store, new((UInt128)id), _me, _ann));
            Damage(store, _ann, damaged[^1]);
        }

        var sound = await TalkAsync(store, new(100), _me, _ben);
        for (var step = 0; step < 6; step++)
        {
            // Long enough for those that failed to be tried again.
            _folder.Time.Advance(PassedOver.Rest);
            await store.ListOrder.SettleAsync(1, Cancel);
        }

        Assert.Equal(damaged, Notes(store));

        // A note below the last one comes next, since there is none above it.
        Assert.NotEqual(default, sound);
        var first = await TalkAsync(store, new(99), _me, _ben);
        for (var step = 0; step < 6; step++)
        {
            await store.ListOrder.SettleAsync(1, Cancel);
        }

        Assert.DoesNotContain(first, Notes(store));
    }

    [Fact]
    public async Task A_walk_over_index_rows_leaves_out_those_that_cannot_be_read()
    {
        using var store = Open();
        var talk = await TalkAsync(store, ConversationId.NewRandom(), _me, _ann, _ben);
        var other = await TalkAsync(store, ConversationId.NewRandom(), _me, _ann, _ben);
        Damage(store, _ann, talk);

        var page = await store.IndexRows.WalkAsync(default, default, 10, Cancel);

        Assert.True(page.IsLast);
        Assert.Equal(
            new[] { (_me, talk), (_me, other), (_ann, other), (_ben, talk), (_ben, other) }.Order(),
            page.Rows.Select(row => (row.User, row.Conversation))
        );
        await store.IndexRows.WalkAsync(default, default, 10, Cancel);
        Assert.Single(_log.Events, each => each.Event.Id == 3012);
    }

    [Fact]
    public void One_is_logged_once_counted_each_time_and_rests()
    {
        var work = $"test {Guid.NewGuid()}";
        var counted = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Name == "connect.store.passed_over")
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, count, tags, _) => counted += tags[0].Value is string name && name == work ? count : 0
        );
        listener.Start();
        var time = new FakeTimeProvider();
        var passedOver = new PassedOver(work, time);

        Assert.False(passedOver.Rests(1));
        Assert.True(passedOver.Note(1));
        Assert.True(passedOver.Rests(1));
        Assert.False(passedOver.Rests(2));
        time.Advance(PassedOver.Rest);
        Assert.False(passedOver.Rests(1));
        Assert.False(passedOver.Note(1));
        Assert.Equal(2, counted);

        passedOver.Forget(1);
        Assert.False(passedOver.Rests(1));
        Assert.True(passedOver.Note(1));
    }

    [Fact]
    public void What_concerns_the_whole_store_passes_over_nobody()
    {
        Assert.True(PassedOver.Concerns(new InvalidDataException()));
        Assert.True(PassedOver.Concerns(new System.Security.Cryptography.AuthenticationTagMismatchException()));
        Assert.False(PassedOver.Concerns(new StoreRefusesException("No space.")));
        Assert.False(PassedOver.Concerns(new IOException()));
        Assert.False(PassedOver.Concerns(new ObjectDisposedException("store")));
        Assert.False(PassedOver.Concerns(new OperationCanceledException()));
    }

    private RocksDbStore Open() => RocksDbStore.Open(_folder.Options, _folder.Time, _log, _folder.Fatal.Add);

    private async Task<ConversationId> TalkAsync(RocksDbStore store, ConversationId id, params UserId[] users)
    {
        var now = _folder.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await store.Index.PutAsync([.. users.Select(user => new IndexRow(user, id, Talk.NewCid(), now))]);
        await new Talk(store.Conversations, id, users) { Time = now }.CreateAsync("group");
        return id;
    }

    /// <summary>Returns the row as it was.</summary>
    private static byte[] Damage(RocksDbStore store, UserId user, ConversationId conversation)
    {
        var key = new byte[RowKeys.PairLength];
        RowKeys.Pair(key, user.Value, conversation.Value);
        var kept = store.Database.Get(store.Database.Index, key)!;
        var damaged = kept.ToArray();
        damaged[^1] ^= 1;
        Write(store, user, conversation, damaged);
        return kept;
    }

    private static void Write(RocksDbStore store, UserId user, ConversationId conversation, byte[] row)
    {
        var key = new byte[RowKeys.PairLength];
        RowKeys.Pair(key, user.Value, conversation.Value);
        using var batch = new WriteBatch();
        batch.Put(key, row, store.Database.Index);
        store.Database.Write(batch);
    }

    private static List<ConversationId> Notes(RocksDbStore store)
    {
        using var notes = store.Database.Iterate(store.Database.Moved);
        var found = new List<ConversationId>();
        for (notes.SeekToFirst(); notes.Valid(); notes.Next())
        {
            found.Add(new(RowKeys.ReadId(notes.GetKeySpan())));
        }

        return found;
    }
}
