namespace Connect.Client.Stores;

/// <summary>
/// A store in a folder: an append-only journal, read at the start and rewritten when it has grown. One process at a
/// time has it. Folder and files are only for their owner; they are not encrypted.
/// </summary>
/// <remarks>It survives a kill at any moment: a record that was torn was never confirmed, and is cut off.</remarks>
public sealed class FileConnectStore : IConnectStore
{
    private const string JournalName = "journal";
    private const string NewJournalName = "journal.new";
    private const string LockName = "lock";

    /// <summary>Taken items that survive a rewrite, for each conversation.</summary>
    private const int KeptItems = 2_000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly StoredContents _contents = new();
    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly long _smallestRewrite;
    private FileStream _journal;
    private long _length;
    private long _rewriteAt;
    private Exception? _fault;
    private bool _disposed;

    /// <summary>Opens the store in a folder, which is made if it is not there.</summary>
    /// <exception cref="IOException">Another process has it, or the folder cannot be used.</exception>
    /// <exception cref="InvalidDataException">The folder holds something else, or a later version's store.</exception>
    public FileConnectStore(string folder)
        : this(folder, smallestRewrite: 4 * 1024 * 1024) { }

    internal FileConnectStore(string folder, long smallestRewrite)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        _smallestRewrite = smallestRewrite;
        MakeFolder();
        _lock = Open(LockName, FileMode.OpenOrCreate, FileShare.None);
        try
        {
            File.Delete(InFolder(NewJournalName));
            _journal = Open(JournalName, FileMode.OpenOrCreate, FileShare.Read);
            _length = Load();
            _rewriteAt = Math.Max(_smallestRewrite, _length * 2);
        }
        catch
        {
            _journal?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool KeepsEntries => true;

    /// <inheritdoc/>
    public async ValueTask<StoredState> LoadAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _contents.ToState();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(StoreBatch batch, bool durable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Save(batch, durable);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LogItem>> ReadAsync(
        string conversation,
        long after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _contents.Read(conversation, after, limit);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Closes the store; another process may open it then.</summary>
    public async ValueTask DisposeAsync()
    {
        await _oneAtATime.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_disposed)
            {
                _disposed = true;
                await _journal.DisposeAsync().ConfigureAwait(false);
                await _lock.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private void Save(StoreBatch batch, bool durable)
    {
        if (_fault is not null)
        {
            // After a failed write or sync nobody knows what the file holds: nothing more is confirmed.
            throw new IOException("The store has failed earlier.", _fault);
        }

        try
        {
            if (!batch.IsEmpty)
            {
                var record = JournalFormat.Encode(batch);
                RandomAccess.Write(_journal.SafeFileHandle, record, _length);
                _length += record.Length;
                _contents.Apply(batch, keepItems: true);
            }

            if (durable)
            {
                RandomAccess.FlushToDisk(_journal.SafeFileHandle);
            }

            if (_length > _rewriteAt)
            {
                Rewrite();
            }
        }
        catch (Exception error)
        {
            _fault = error;
            throw;
        }
    }

    /// <summary>Reads the journal, and cuts off a record that was torn.</summary>
    private long Load()
    {
        var bytes = new byte[_journal.Length];
        _journal.ReadExactly(bytes);
        var whole = JournalFormat.ReadAll(bytes, batch => _contents.Apply(batch, keepItems: true));
        if (whole == 0)
        {
            _journal.SetLength(0);
            RandomAccess.Write(_journal.SafeFileHandle, JournalFormat.Header, 0);
            RandomAccess.FlushToDisk(_journal.SafeFileHandle);
            FolderSync.Sync(_folder);
            return JournalFormat.Header.Length;
        }

        if (whole < bytes.Length)
        {
            _journal.SetLength(whole);
            RandomAccess.FlushToDisk(_journal.SafeFileHandle);
        }

        return whole;
    }

    /// <summary>
    /// Writes the contents into a new journal and puts it in the place of the old one. Before the renaming the old one
    /// is whole, after it the new one is.
    /// </summary>
    private void Rewrite()
    {
        var next = Open(NewJournalName, FileMode.Create, FileShare.Read);
        try
        {
            RandomAccess.Write(next.SafeFileHandle, JournalFormat.Header, 0);
            long length = JournalFormat.Header.Length;
            foreach (var batch in _contents.Snapshot(KeptItems))
            {
                var record = JournalFormat.Encode(batch);
                RandomAccess.Write(next.SafeFileHandle, record, length);
                length += record.Length;
            }

            RandomAccess.FlushToDisk(next.SafeFileHandle);
            File.Move(InFolder(NewJournalName), InFolder(JournalName), overwrite: true);
            FolderSync.Sync(_folder);
            (_journal, next) = (next, _journal);
            _length = length;
            _rewriteAt = Math.Max(_smallestRewrite, length * 2);
        }
        finally
        {
            next.Dispose();
        }
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(_folder, OwnerFolder);
        }
    }

    private FileStream Open(string name, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new(InFolder(name), options);
    }

    private string InFolder(string name) => Path.Combine(_folder, name);
}
