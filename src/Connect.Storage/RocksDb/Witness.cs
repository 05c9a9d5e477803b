using System.Buffers.Binary;
using Connect.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace Connect.Storage.RocksDb;

/// <summary>
/// A small file beside the database with the number of its newest acknowledged write: a database that is behind it
/// lost something and must not be served. Written after each commit, synced each second and at the end.
/// </summary>
/// <remarks>Two slots are written in turn, each with its complement, so that a torn one leaves the other.</remarks>
internal sealed class Witness : IDisposable
{
    private const int SlotLength = 2 * sizeof(long);
    private const int SlotDistance = 4_096;
    private const int ListPlace = 2 * SlotDistance;
    private const int ListLength = 3 * sizeof(long);

    private readonly SafeFileHandle _file;
    private long _writes;
    private long _newest;
    private long _synced;
    private FileList? _list;
    private bool _listIsNew;

    private Witness(SafeFileHandle file, long sequence)
    {
        _file = file;
        _newest = sequence;
    }

    /// <summary>Opens the witness of a database and compares.</summary>
    /// <param name="path">Where it is; made when it is not there.</param>
    /// <param name="databaseSequence">The newest write that the database has.</param>
    /// <exception cref="StoreOpenException">See <see cref="Compare(string, long)"/>.</exception>
    public static Witness Open(string path, long databaseSequence)
    {
        if (databaseSequence > 0 || ReadNewest(path) is > 0)
        {
            Compare(path, databaseSequence);
        }

        return OpenFile(path, databaseSequence);
    }

    /// <summary>Makes a witness for a database that somebody vouches for.</summary>
    public static Witness Renew(string path, long databaseSequence)
    {
        File.Delete(path);
        return OpenFile(path, databaseSequence);
    }

    /// <summary>Whether it says anything.</summary>
    public static bool IsReadable(string path) => ReadNewest(path) is not null;

    /// <summary>Compares, and changes nothing.</summary>
    /// <exception cref="StoreOpenException">
    /// The database has less than was acknowledged, or nobody can tell.
    /// </exception>
    public static void Compare(string path, long databaseSequence) => Compare(path, ReadNewest(path), databaseSequence);

    /// <summary>The same with what was read of it before.</summary>
    /// <exception cref="StoreOpenException">See above.</exception>
    public static void Compare(string path, long? newest, long databaseSequence)
    {
        if (newest is not { } acknowledged)
        {
            throw new StoreOpenException(
                $"{path} is missing or not readable, so whether acknowledged writes were lost cannot be told; the "
                    + $"database ends at {databaseSequence}. Bring the file back or restore a backup. If you know "
                    + "that the database is whole, `connect-server verify --renew-witness` reads all of it and, when "
                    + "it is sound, writes the file anew."
            );
        }

        if (acknowledged > databaseSequence)
        {
            throw new StoreOpenException(
                $"Data was lost: {path} says that write {acknowledged} was acknowledged, the database ends at "
                    + $"{databaseSequence}. It is not served in this state. Restore the missing files or a backup."
            );
        }
    }

    private static Witness OpenFile(string path, long databaseSequence)
    {
        if (!File.Exists(path))
        {
            DurableFiles.Write(path, [], overwrite: false);
        }

        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var witness = new Witness(file, databaseSequence);
        witness.Write(databaseSequence);
        witness.Write(databaseSequence);
        witness.Sync();
        return witness;
    }

    /// <summary>
    /// Notes a commit; on disk after the next <see cref="Sync"/>, past a crash of the process at once.
    /// </summary>
    public void Write(long sequence)
    {
        Span<byte> slot = stackalloc byte[SlotLength];
        BinaryPrimitives.WriteInt64BigEndian(slot, sequence);
        BinaryPrimitives.WriteInt64BigEndian(slot[sizeof(long)..], ~sequence);
        RandomAccess.Write(_file, slot, _writes++ % 2 * SlotDistance);
        Volatile.Write(ref _newest, sequence);
    }

    /// <summary>
    /// Notes how far the list of the database's files is; it must be durable so far. By the syncing thread.
    /// </summary>
    public void Write(FileList list)
    {
        Span<byte> bytes = stackalloc byte[ListLength];
        BinaryPrimitives.WriteInt64BigEndian(bytes, list.Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[sizeof(long)..], list.Length);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(2 * sizeof(long))..], ~(list.Number ^ list.Length));
        RandomAccess.Write(_file, bytes, ListPlace);
        (_list, _listIsNew) = (list, true);
    }

    /// <summary>Makes what was written durable; by one thread at a time.</summary>
    public void Sync()
    {
        var newest = Volatile.Read(ref _newest);
        if (_listIsNew || Volatile.Read(ref _synced) != newest)
        {
            _listIsNew = false;
            RandomAccess.FlushToDisk(_file);
            Volatile.Write(ref _synced, newest);
        }
    }

    /// <summary>What was noted last by this process.</summary>
    public FileList? List => _list;

    public void Dispose()
    {
        Sync();
        _file.Dispose();
    }

    /// <summary>The newest acknowledged write; null when the file is not there or neither slot is whole.</summary>
    public static long? ReadNewest(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Read(file, 0) is { } first ? Math.Max(first, Read(file, 1) ?? first) : Read(file, 1);
    }

    /// <summary>How far the list of files was; null when nothing is known of it.</summary>
    public static FileList? ReadList(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> bytes = stackalloc byte[ListLength];
        if (RandomAccess.Read(file, bytes, ListPlace) < ListLength)
        {
            return null;
        }

        var number = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var length = BinaryPrimitives.ReadInt64BigEndian(bytes[sizeof(long)..]);
        var check = BinaryPrimitives.ReadInt64BigEndian(bytes[(2 * sizeof(long))..]);
        return check == ~(number ^ length) ? new(number, length) : null;
    }

    private static long? Read(SafeFileHandle file, int slot)
    {
        Span<byte> bytes = stackalloc byte[SlotLength];
        if (RandomAccess.Read(file, bytes, slot * SlotDistance) < SlotLength)
        {
            return null;
        }

        var sequence = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes[sizeof(long)..]) == ~sequence ? sequence : null;
    }
}
