using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Storage.Reading;
using Connect.Storage.Rows;
using Connect.Storage.Rules;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The <see cref="DueRow"/>s, in the order of their times. The first entry of a conversation puts one, and after that
/// only the sweep touches them, so they cost a message nothing. Conversations of an earlier format are given theirs by
/// a walk over all heads, whose progress is in the store, once something is to be deleted at all.
/// </summary>
internal sealed class DueTables(Database database)
{
    private static readonly byte[] CursorKey = "dues"u8.ToArray();

    /// <summary>The cursor behind all conversations.</summary>
    private static readonly ConversationId End = new(UInt128.MaxValue);

    private long _rowsRead;
    private bool _allPlaced;

    /// <summary>Rows read since the start: what finding out what is due costs, for tests.</summary>
    public long RowsRead => Interlocked.Read(ref _rowsRead);

    /// <summary>Each conversation has the rows it needs.</summary>
    public bool AllPlaced => _allPlaced || (_allPlaced = Cursor == End);

    /// <summary>Every conversation up to this id has.</summary>
    public ConversationId Cursor =>
        database.Get(database.Meta, CursorKey) is { } row ? AuthorCursorRow.Read(row) : default;

    public void PutCursor(WriteBatch batch, ConversationId through)
    {
        Span<byte> row = stackalloc byte[AuthorCursorRow.Length];
        AuthorCursorRow.Write(row, through);
        batch.Put(CursorKey, row, database.Meta);
    }

    /// <summary>A new store lacks no rows.</summary>
    public static void Begin(Database database)
    {
        using var batch = new WriteBatch();
        new DueTables(database).PutEnd(batch);
        database.Write(batch);
    }

    /// <summary>The rows were changed behind its back, by a test.</summary>
    internal void Forget() => _allPlaced = false;

    public void PutEnd(WriteBatch batch) => PutCursor(batch, End);

    public void Put(WriteBatch batch, DueRow row)
    {
        Span<byte> key = stackalloc byte[RowKeys.DueLength];
        RowKeys.Due(key, (byte)row.Kind, row.Time, row.Conversation);
        batch.Put(key, [], database.Dues);
    }

    public void Delete(WriteBatch batch, DueRow row)
    {
        Span<byte> key = stackalloc byte[RowKeys.DueLength];
        RowKeys.Due(key, (byte)row.Kind, row.Time, row.Conversation);
        batch.Delete(key, database.Dues);
    }

    /// <summary>See <see cref="IRetainedRows.NextDue"/>.</summary>
    public ImmutableArray<DueRow> Next(DueRow after, long before, int count)
    {
        Span<byte> key = stackalloc byte[RowKeys.DueLength];
        RowKeys.Due(key, (byte)after.Kind, Math.Max(0, after.Time), after.Conversation);
        var next = ImmutableArray.CreateBuilder<DueRow>();
        using var iterator = database.Iterate(database.Dues);
        for (iterator.Seek(key); iterator.Valid() && next.Count < count; iterator.Next())
        {
            Interlocked.Increment(ref _rowsRead);
            var (kind, time, conversation) = RowKeys.ReadDue(iterator.GetKeySpan());
            var row = new DueRow((DueKind)kind, time, conversation);
            if (row.Kind != after.Kind || row.Time >= before)
            {
                break;
            }

            if (row != after)
            {
                next.Add(row);
            }
        }

        Database.ThrowIfFailed(iterator);
        return next.DrainToImmutable();
    }
}
