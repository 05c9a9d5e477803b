using System.Security.Cryptography;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The format of a store as a whole: which tables it has and what their keys look like. Rows carry versions of their
/// own. The value is written with the first batch, and every open compares it with the range that this build can read.
/// </summary>
internal static class StoreFormat
{
    /// <summary>The oldest format that this build reads.</summary>
    public const byte Min = 1;

    /// <summary>The newest format that this build reads, and the one it writes.</summary>
    public const byte Max = 2;

    /// <summary>The first format with an index of authors.</summary>
    private const byte WithAuthors = 2;

    private static readonly byte[] Key = "format"u8.ToArray();

    public static bool IsIn(Database database) => database.Has(database.Meta, Key);

    public static void Put(WriteBatch batch, Database database) => batch.Put(Key, new[] { Max }, database.Meta);

    /// <summary>Whether the store has, or is given, an index of authors.</summary>
    public static bool HasAuthors(Database database) => database.Get(database.Meta, Key) is [>= WithAuthors];

    /// <summary>
    /// Makes a store of an earlier format one of this format. An earlier version would add messages without their rows
    /// in the index of authors, so it must not open the store any more; it could not anyway, since opening the store
    /// for writing creates the tables that it does not know. So whoever opens one for writing raises it, and tells.
    /// </summary>
    /// <returns>Null when there was nothing to do.</returns>
    public static StoreUpgrade? Raise(Database database)
    {
        if (database.Get(database.Meta, Key) is not [var from and < Max])
        {
            return null;
        }

        using var batch = new WriteBatch();
        Put(batch, database);
        AuthorTables.PutStart(batch, database);
        database.Write(batch);
        return new(from, Max);
    }

    /// <summary>Refuses a store that has rows and no format, or one that this build cannot read.</summary>
    /// <exception cref="StoreOpenException">It is damaged, or newer or older than this build can read.</exception>
    public static void Require(Database database)
    {
        if (database.Get(database.Meta, Key) is { } found)
        {
            Compare(found);
        }
        else if (database.Sequence > 0)
        {
            throw new StoreOpenException(
                "The store has rows but not the check values of its keys: it is damaged. Restore the missing files or "
                    + "a backup."
            );
        }
    }

    private static void Compare(byte[] found)
    {
        if (found is [>= Min and <= Max])
        {
            return;
        }

        var isOlder = found is [< Min];
        var name = found is [var number] ? $"{number}" : $"0x{Convert.ToHexString(found)}";
        throw new StoreOpenException(
            $"The store has format {name}, and this build reads formats {Min} to {Max}: "
                + (
                    isOlder
                        ? "the store is too old for it. Open it with a version that reads both formats first. "
                        : "a newer version wrote the store. Use that version, or restore a backup that this one made. "
                )
                + "Nothing was changed."
        );
    }
}

/// <summary>
/// Which life of its data a store leads: a random id, created with the store and replaced by every restore. Clients
/// keep it with what they hold, since under a different incarnation the same seq may be a different entry.
/// </summary>
internal static class StoreIncarnation
{
    private const int Length = 16;

    private static readonly byte[] Key = "incarnation"u8.ToArray();

    /// <summary>Null in a store written before there were incarnations.</summary>
    public static string? Read(Database database) =>
        database.Get(database.Meta, Key) is { } value ? Convert.ToHexStringLower(value) : null;

    public static void PutNew(WriteBatch batch, Database database) =>
        batch.Put(Key, RandomNumberGenerator.GetBytes(Length), database.Meta);

    /// <summary>Reads it; gives one to a store that has none.</summary>
    public static string Ensure(Database database)
    {
        if (Read(database) is { } found)
        {
            return found;
        }

        using var batch = new WriteBatch();
        PutNew(batch, database);
        database.Write(batch);
        return Read(database)!;
    }
}
