using System.Security.Cryptography;
using Connect.Storage.Files;

namespace Connect.Storage.RocksDb.Backups;

/// <summary>Copies and reads files with their checksums.</summary>
internal static class BackupCopy
{
    private const int PieceBytes = 1 << 20;

    /// <summary>Copies a file, synced and accessible to its owner only, and describes what was copied.</summary>
    public static async Task<BackupFile> CopyAsync(
        string source,
        string target,
        CopyPace? pace,
        CancellationToken cancellationToken
    )
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = DurableFiles.OwnerOnly;
        }

        await using var stream = new FileStream(target, options);
        var file = await ReadAsync(source, stream, pace, cancellationToken);
        stream.Flush(flushToDisk: true);
        return file;
    }

    /// <summary>Reads a whole file and describes it.</summary>
    public static Task<BackupFile> ReadAsync(string source, CancellationToken cancellationToken) =>
        ReadAsync(source, Stream.Null, null, cancellationToken);

    /// <summary>Compares a file with the manifest.</summary>
    /// <exception cref="BackupException">They differ.</exception>
    public static void Compare(BackupFile expected, BackupFile found)
    {
        if (expected != found)
        {
            throw new BackupException(
                $"{expected.Name} of the backup is damaged: expected {expected.Bytes} bytes with the checksum "
                    + $"{expected.Sha256[..12]}…, found {found.Bytes} with {found.Sha256[..12]}…. Use another backup."
            );
        }
    }

    private static async Task<BackupFile> ReadAsync(
        string source,
        Stream target,
        CopyPace? pace,
        CancellationToken cancellationToken
    )
    {
        // Shared, since a running store has its files open.
        var options = new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        await using var stream = new FileStream(source, options);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        var length = 0L;
        int read;
        while ((read = await stream.ReadAsync(piece, cancellationToken)) > 0)
        {
            hash.AppendData(piece, 0, read);
            await target.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            length += read;
            if (pace is not null)
            {
                await pace.AfterAsync(read, cancellationToken);
            }
        }

        return new(Path.GetFileName(source), length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}

/// <summary>Limits the rate of a copy, to leave the disk to the messages.</summary>
internal sealed class CopyPace(long bytesPerSecond, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _copied;

    /// <summary>Called after each piece: waits until the rate allows the next.</summary>
    public Task AfterAsync(int bytes, CancellationToken cancellationToken)
    {
        _copied += bytes;
        var due = TimeSpan.FromSeconds((double)_copied / bytesPerSecond);
        var wait = due - time.GetElapsedTime(_start);
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
