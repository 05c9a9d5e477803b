using System.Globalization;

namespace Connect.Storage.RocksDb;

/// <summary>
/// How far RocksDB's list of its files is. It is a log that RocksDB reads to wherever it ends: when its end is lost the
/// database opens as an older one, and the tables that the list no longer names are deleted. So the
/// <see cref="Witness"/> remembers how long it was.
/// </summary>
/// <param name="Number">Of the list in force; a later list has a higher one.</param>
/// <param name="Length">Bytes; a list only grows.</param>
internal readonly record struct FileList(long Number, long Length)
{
    private const string Prefix = "MANIFEST-";

    /// <summary>Reads it; null when there is none, or it is being replaced at this moment.</summary>
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

    /// <summary>Whether what was remembered is still in it.</summary>
    public bool Holds(FileList remembered) =>
        Number > remembered.Number || (Number == remembered.Number && Length >= remembered.Length);

    /// <summary>Makes it durable as far as it was read, so that no power cut takes back what is remembered.</summary>
    public void Sync(string database)
    {
        try
        {
            using var file = File.OpenHandle(PathIn(database), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }
        catch (FileNotFoundException)
        {
            // A later list has taken its place, and was synced before it did.
        }
    }

    /// <summary>The file.</summary>
    public string PathIn(string database) =>
        Path.Combine(database, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Number:D6}"));
}
