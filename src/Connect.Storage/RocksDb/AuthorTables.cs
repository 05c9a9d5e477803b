using System.Buffers.Binary;
using Connect.Contracts.Identifiers;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The index of authors: for each message one row under its author, with a running count, so that the messages of one
/// author above a seq are counted by two searches, however many entries there are. A store of an earlier format is
/// indexed in the background, see <see cref="AuthorIndexing"/>; until a conversation is, its commits add no rows.
/// </summary>
internal sealed class AuthorTables
{
    private static readonly byte[] CursorKey = "authors"u8.ToArray();

    /// <summary>The cursor behind all conversations.</summary>
    private static readonly ConversationId End = new(UInt128.MaxValue);

    private readonly Database _database;
    private volatile bool _allIndexed;
    private long _searches;

    public AuthorTables(Database database, int cachedCounts)
    {
        _database = database;
        Written = new(cachedCounts);
        _allIndexed =
            database.HasAuthors
            && StoreFormat.HasAuthors(database)
            && (!database.Has(database.Meta, CursorKey) || Cursor == End);
    }

    /// <summary>The newest counts of recent authors, for the committer's thread only.</summary>
    public AuthorCountCache Written { get; }

    /// <summary>Searches in the index since the start: what a count costs, for tests.</summary>
    public long Searches => Interlocked.Read(ref _searches);

    /// <summary>The authors of all conversations are indexed.</summary>
    public bool AllIndexed => _allIndexed;

    /// <summary>Every conversation up to this id is indexed.</summary>
    public ConversationId Cursor =>
        _database.Get(_database.Meta, CursorKey) is { } row ? AuthorCursorRow.Read(row) : default;

    /// <summary>Whether each message of a conversation has its row, and each commit must add its own.</summary>
    public bool IsIndexed(ConversationId conversation) =>
        _allIndexed || conversation.CompareTo(Cursor) <= 0 || ProgressOf(conversation).IsComplete;

    public AuthorProgressRow ProgressOf(ConversationId conversation) =>
        _database.Get(_database.Meta, RowKeys.AuthorProgress(conversation)) is { } row
            ? AuthorProgressRow.Read(row)
            : default;

    /// <summary>The messages of an author above a seq, up to a head read before.</summary>
    public long CountAbove(ConversationId conversation, UInt128 author, long seq, long head)
    {
        Span<byte> key = stackalloc byte[RowKeys.AuthorLength];
        RowKeys.Author(key, conversation, author, seq + 1);
        Interlocked.Add(ref _searches, 2);
        using var iterator = _database.Iterate(_database.Authors);
        iterator.Seek(key);
        if (!IsOf(iterator, key) || ReadSeq(iterator) > head)
        {
            return 0;
        }

        var first = AuthorRow.Read(iterator.GetValueSpan());
        RowKeys.Author(key, conversation, author, head);
        iterator.SeekForPrev(key);
        return IsOf(iterator, key) ? AuthorRow.Read(iterator.GetValueSpan()) - first + 1 : 0;
    }

    /// <summary>The newest count of an author; 0 when they have no row.</summary>
    public long FindLast(ConversationId conversation, UInt128 author)
    {
        Span<byte> key = stackalloc byte[RowKeys.AuthorLength];
        RowKeys.Author(key, conversation, author, long.MaxValue);
        Interlocked.Increment(ref _searches);
        using var iterator = _database.Iterate(_database.Authors);
        iterator.SeekForPrev(key);
        return IsOf(iterator, key) ? AuthorRow.Read(iterator.GetValueSpan()) : 0;
    }

    /// <summary>The count at one message; null when it has no row.</summary>
    public long? Find(ConversationId conversation, UInt128 author, long seq)
    {
        Span<byte> key = stackalloc byte[RowKeys.AuthorLength];
        RowKeys.Author(key, conversation, author, seq);
        return _database.Get(_database.Authors, key) is { } row ? AuthorRow.Read(row) : null;
    }

    public void Put(WriteBatch batch, ConversationId conversation, UInt128 author, long seq, long count)
    {
        Span<byte> key = stackalloc byte[RowKeys.AuthorLength];
        RowKeys.Author(key, conversation, author, seq);
        Span<byte> row = stackalloc byte[AuthorRow.Length];
        AuthorRow.Write(row, count);
        batch.Put(key, row, _database.Authors);
    }

    /// <summary>All who have rows in a conversation, one search each.</summary>
    public List<UInt128> ReadAuthors(ConversationId conversation)
    {
        Span<byte> key = stackalloc byte[RowKeys.AuthorLength];
        RowKeys.Author(key, conversation, 0, 0);
        var owner = key[..RowKeys.OwnerLength];
        var authors = new List<UInt128>();
        using var iterator = _database.Iterate(_database.Authors);
        for (iterator.Seek(key); iterator.Valid() && iterator.GetKeySpan().StartsWith(owner); iterator.Seek(key))
        {
            var author = RowKeys.ReadId(RowKeys.Row(iterator.GetKeySpan()));
            authors.Add(author);
            RowKeys.Author(key, conversation, author, long.MaxValue);
        }

        Database.ThrowIfFailed(iterator);
        return authors;
    }

    /// <summary>Adds the deletion of the rows of all entries up to a seq to a batch.</summary>
    public void Drop(WriteBatch batch, ConversationId conversation, List<UInt128> authors, long through)
    {
        foreach (var author in authors)
        {
            var (from, to) = (new byte[RowKeys.AuthorLength], new byte[RowKeys.AuthorLength]);
            RowKeys.Author(from, conversation, author, 0);
            RowKeys.Author(to, conversation, author, through + 1);
            batch.DeleteRange(from, (ulong)from.Length, to, (ulong)to.Length, _database.Authors);
        }
    }

    /// <summary>A new conversation has no older entries: its commits add the rows from the first on.</summary>
    public void BeginConversation(WriteBatch batch, ConversationId conversation)
    {
        if (!_allIndexed && conversation.CompareTo(Cursor) > 0)
        {
            PutProgress(batch, conversation, new(0, IsComplete: true));
        }
    }

    public void PutProgress(WriteBatch batch, ConversationId conversation, AuthorProgressRow progress)
    {
        Span<byte> row = stackalloc byte[AuthorProgressRow.Length];
        progress.Write(row);
        batch.Put(RowKeys.AuthorProgress(conversation), row, _database.Meta);
    }

    /// <summary>The conversation is closed.</summary>
    public void ForgetProgress(WriteBatch batch, ConversationId conversation)
    {
        if (!_allIndexed)
        {
            batch.Delete(RowKeys.AuthorProgress(conversation), _database.Meta);
        }
    }

    /// <summary>The conversations up to an id are indexed: from now on the id alone says so.</summary>
    public void PutCursor(WriteBatch batch, ConversationId through)
    {
        Forget(batch, through);
        Span<byte> row = stackalloc byte[AuthorCursorRow.Length];
        AuthorCursorRow.Write(row, through);
        batch.Put(CursorKey, row, _database.Meta);
    }

    /// <summary>
    /// All conversations are indexed. The cursor stays, behind all of them: a commit that comes before
    /// <see cref="Ended"/> is called must find its conversation indexed.
    /// </summary>
    public void PutEnd(WriteBatch batch) => PutCursor(batch, End);

    /// <summary>Call this when the end is durable.</summary>
    public void Ended() => _allIndexed = true;

    /// <summary>Nothing is indexed yet: the rows of a store of an earlier format.</summary>
    public static void PutStart(WriteBatch batch, Database database)
    {
        Span<byte> row = stackalloc byte[AuthorCursorRow.Length];
        AuthorCursorRow.Write(row, default);
        batch.Put(CursorKey, row, database.Meta);
    }

    private void Forget(WriteBatch batch, ConversationId through)
    {
        var (from, to) = (RowKeys.AuthorProgress(default), RowKeys.AuthorProgress(through));
        batch.DeleteRange(from, (ulong)from.Length, to, (ulong)to.Length, _database.Meta);
        batch.Delete(to, _database.Meta);
    }

    private static bool IsOf(Iterator iterator, ReadOnlySpan<byte> key)
    {
        Database.ThrowIfFailed(iterator);
        return iterator.Valid() && iterator.GetKeySpan().StartsWith(key[..RowKeys.PairLength]);
    }

    private static long ReadSeq(Iterator iterator) =>
        BinaryPrimitives.ReadInt64BigEndian(iterator.GetKeySpan()[RowKeys.PairLength..]);
}
