using System.Security.Cryptography;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// Which life of its data a store leads: a random id, made with the store and made anew by each restore. Clients keep
/// it beside what they hold: under another one the same seq may be another entry.
/// </summary>
internal static class StoreIncarnation
{
    private const int Length = 16;

    private static readonly byte[] Key = "incarnation"u8.ToArray();

    /// <summary>Null in a store of a version that had none.</summary>
    public static string? Read(Database database) =>
        database.Get(database.Meta, Key) is { } value ? Convert.ToHexStringLower(value) : null;

    public static void PutNew(WriteBatch batch, Database database) =>
        batch.Put(Key, RandomNumberGenerator.GetBytes(Length), database.Meta);

    /// <summary>Reads it; gives one to a store of an earlier version.</summary>
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
