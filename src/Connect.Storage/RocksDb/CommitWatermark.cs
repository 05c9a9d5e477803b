using System.Buffers.Binary;
using System.Globalization;
using Connect.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace Connect.Storage.RocksDb;

/// <summary>
/// A small file beside the database (<c>witness</c>) with the number of its newest acknowledged write: a database that
/// is behind it has lost writes and must not be served. Written after each commit, synced every second and on close.
/// </summary>
/// <remarks>Two slots are written alternately, each with its complement, so a torn write leaves the other.</remarks>
internal sealed class CommitWatermark : IDisposable
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

    private CommitWatermark(SafeFileHandle file, long sequence)
    {
        _file = file;
        _newest = sequence;
    }

    /// <summary>Opens the watermark of a database and compares the two.</summary>
    /// <param name="path">The file; created when it is missing.</param>
    /// <param name="databaseSequence">The newest write in the database.</param>
    /// <exception cref="StoreOpenException">See <see cref="Compare(string, long)"/>.</exception>
    public static CommitWatermark Open(string path, long databaseSequence)
    {
        if (databaseSequence > 0 || ReadNewest(path) is > 0)
        {
            Compare(path, databaseSequence);
        }

        return OpenFile(path, databaseSequence);
    }

    /// <summary>Creates the watermark of a database known to be complete.</summary>
    public static CommitWatermark Renew(string path, long databaseSequence)
    {
        File.Delete(path);
        return OpenFile(path, databaseSequence);
    }

    /// <summary>Whether the file exists and can be read.</summary>
    public static bool IsReadable(string path) => ReadNewest(path) is not null;

    /// <summary>Compares without changing anything.</summary>
    /// <exception cref="StoreOpenException">
    /// The database lacks acknowledged writes, or that cannot be ruled out.
    /// </exception>
    public static void Compare(string path, long databaseSequence) => Compare(path, ReadNewest(path), databaseSequence);

    /// <summary>As above, with a value read earlier.</summary>
    /// <exception cref="StoreOpenException">As above.</exception>
    public static void Compare(string path, long? newest, long databaseSequence)
    {
        if (newest is not { } acknowledged)
        {
            throw new StoreOpenException(
                $"{path} is missing or not readable, so lost writes cannot be ruled out; the database ends at "
                    + $"{databaseSequence}. Put the file back or restore a backup. If you know that the database is "
                    + "complete, `connect-server verify --renew-witness` reads all of it and, if it is sound, "
                    + "recreates the file."
            );
        }

        if (acknowledged > databaseSequence)
        {
            throw new StoreOpenException(
                $"Data was lost: according to {path} write {acknowledged} was acknowledged, but the database ends at "
                    + $"{databaseSequence}. It is not served in this state. Restore the missing files or a backup."
            );
        }
    }

    private static CommitWatermark OpenFile(string path, long databaseSequence)
    {
        if (!File.Exists(path))
        {
            DurableFiles.Write(path, [], overwrite: false);
        }

        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var watermark = new CommitWatermark(file, databaseSequence);
        watermark.Write(databaseSequence);
        watermark.Write(databaseSequence);
        watermark.Sync();
        return watermark;
    }

    /// <summary>
    /// Records a commit. It survives a crash of the process at once, a power loss after the next <see cref="Sync"/>.
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
    /// Records the length of the database's list of files, which must be durable that far. For the syncing thread.
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

    /// <summary>Makes what was recorded durable. For one thread at a time.</summary>
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

    /// <summary>The list last recorded by this process.</summary>
    public FileList? List => _list;

    public void Dispose()
    {
        Sync();
        _file.Dispose();
    }

    /// <summary>The newest acknowledged write; null when the file is missing or neither slot is intact.</summary>
    public static long? ReadNewest(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Read(file, 0) is { } first ? Math.Max(first, Read(file, 1) ?? first) : Read(file, 1);
    }

    /// <summary>The recorded length of the list of files; null when unknown.</summary>
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

/// <summary>
/// The state of RocksDB's list of files. The list is a log that RocksDB reads to its end, wherever that is: if the end
/// is lost, the database opens in an older state and deletes the tables no longer listed. So the <see
/// cref="CommitWatermark"/> records its length.
/// </summary>
/// <param name="Number">Of the current list; a later list has a higher number.</param>
/// <param name="Length">In bytes; a list only grows.</param>
internal readonly record struct FileList(long Number, long Length)
{
    private const string Prefix = "MANIFEST-";

    /// <summary>Reads it; null when there is none or it is just being replaced.</summary>
    public static FileList? Read(string database)
    {
        try
        {
            var name = File.ReadAllText(Path.Combine(database, "CURRENT")).TrimEnd();
            return
                name.StartsWith(Prefix, StringComparison.Ordinal)
                && long.TryParse(name[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && new FileInfo(Path.Combine(database, name)) is { Exists: true } file
                ? new(number, file.Length)
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether it still contains what was recorded.</summary>
    public bool Contains(FileList recorded) =>
        Number > recorded.Number || (Number == recorded.Number && Length >= recorded.Length);

    /// <summary>
    /// Makes it durable as far as it was read, so that a power loss takes back nothing that was recorded.
    /// </summary>
    public void Sync(string database)
    {
        try
        {
            using var file = File.OpenHandle(PathIn(database), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }
        catch (FileNotFoundException)
        {
            // A later list has replaced it, and was synced before it did.
        }
    }

    /// <summary>The path of the list.</summary>
    public string PathIn(string database) =>
        Path.Combine(database, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Number:D6}"));
}
