using System.Security.Cryptography;
using System.Text.Json;
using Connect.Storage.Files;

namespace Connect.Storage.Encryption;

/// <summary>
/// The one file that holds every secret of a deployment (D10), mode 0600, outside the data folder. Whoever has a copy
/// of the data without it reads nothing; whoever loses it has lost the data.
/// </summary>
internal sealed class KeyFile : IMasterKeys
{
    private const string Setting = "Keys:File";

    private readonly Lock _changing = new();
    private readonly string _path;
    private KeyFileContent _content;
    private Dictionary<uint, RowCipher> _masters;

    private KeyFile(string path, KeyFileContent content)
    {
        _path = path;
        _content = content;
        _masters = Ciphers(content);
        SigningKey = new(content.TokenSigning);
        BlindIndex = new(content.BlindIndex);
        DirectIds = new(content.DirectIds);
    }

    public TokenSigningKey SigningKey { get; }

    public BlindIndex BlindIndex { get; }

    public DirectConversationIds DirectIds { get; }

    /// <inheritdoc/>
    public uint CurrentVersion => _content.CurrentMaster;

    /// <summary>Where the keys of a data folder are.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="configured">The setting; null for the default beside the folder.</param>
    /// <param name="isMountPoint">Tells whether a folder is one.</param>
    /// <exception cref="StoreOpenException">
    /// The data is a mount point, so what lies beside it may not be kept; or the keys would lie among the data.
    /// </exception>
    public static string Locate(string dataFolder, string? configured, Func<string, bool> isMountPoint)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder));
        if (configured is null && isMountPoint(folder))
        {
            throw new StoreOpenException(
                $"The data folder {folder} is a mount point, so a key file beside it may not outlive this container "
                    + $"or unit. Set {Setting} to a file on persistent storage, and not among the data."
            );
        }

        var path = Path.GetFullPath(configured ?? folder + ".keys");
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? throw new StoreOpenException($"{Setting} names {path}, which is inside the data folder.")
            : path;
    }

    /// <summary>Opens the keys, or makes them for an empty store.</summary>
    /// <param name="path">Where they are.</param>
    /// <param name="storeIsEmpty">Keys are made only for a store in which nothing was ever written.</param>
    /// <exception cref="StoreOpenException">No file for a store that has one, or not a key file.</exception>
    public static KeyFile Open(string path, bool storeIsEmpty)
    {
        if (storeIsEmpty && !File.Exists(path))
        {
            Create(path);
        }

        if (!File.Exists(path))
        {
            throw new StoreOpenException(
                $"The store was written with keys that are not there: {path} does not exist. "
                    + $"Set {Setting} to the key file of this store. Without it the data cannot be read."
            );
        }

        return new(path, Read(path));
    }

    /// <summary>Makes new keys, mode 0600.</summary>
    /// <exception cref="StoreOpenException">There is a file, which is never replaced, or it cannot be made.</exception>
    public static void Init(string path)
    {
        if (File.Exists(path))
        {
            throw new StoreOpenException(
                $"The key file {path} ({Setting}) is there already. It is never replaced: what was written with its "
                    + "keys could not be read any more."
            );
        }

        Create(path);
    }

    /// <summary>A value that tells whether a key is the one it was, and nothing else of it.</summary>
    public IEnumerable<KeyValuePair<string, byte[]>> CheckValues()
    {
        yield return new("token-signing", Check(_content.TokenSigning));
        yield return new("blind-index", Check(_content.BlindIndex));
        yield return new("direct-ids", Check(_content.DirectIds));
    }

    /// <summary>The refusal for keys that are not this store's.</summary>
    public StoreOpenException Wrong(string key, Exception? inner = null)
    {
        var message =
            $"The key file {_path} is not the one of this store: its {key} key is another. "
            + $"Set {Setting} to the key file that the store was made with.";
        return inner is null ? new(message) : new(message, inner);
    }

    /// <inheritdoc/>
    public void AddVersion()
    {
        lock (_changing)
        {
            AddNextVersion();
        }
    }

    /// <inheritdoc/>
    public byte[] Wrap(int bucket, ReadOnlySpan<byte> bucketKey) =>
        _masters[CurrentVersion].Seal(RowTable.BucketKey, (UInt128)bucket, [], bucketKey);

    /// <inheritdoc/>
    public byte[] Unwrap(int bucket, ReadOnlySpan<byte> wrapped) =>
        _masters.TryGetValue(RowCipher.ReadKeyId(wrapped), out var master)
            ? master.Open(RowTable.BucketKey, (UInt128)bucket, [], wrapped)
            : throw new CryptographicException("The version of the master key is not in the key file.");

    private void AddNextVersion()
    {
        var next = _content.Masters.Keys.Max() + 1;
        var masters = new SortedDictionary<uint, byte[]>(_content.Masters)
        {
            [next] = RandomNumberGenerator.GetBytes(RowCipher.KeyLength),
        };
        var content = _content with { CurrentMaster = next, Masters = masters };
        DurableFiles.Write(_path, Encode(content), overwrite: true);
        _masters = Ciphers(content);
        _content = content;
    }

    private static void Create(string path)
    {
        try
        {
            DurableFiles.CreateFolder(Path.GetDirectoryName(path)!);
            DurableFiles.Write(path, Encode(KeyFileContent.Generate()), overwrite: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"The key file {path} ({Setting}) cannot be made: {e.Message}", e);
        }
    }

    private static KeyFileContent Read(string path)
    {
        try
        {
            var content = JsonSerializer.Deserialize(File.ReadAllBytes(path), KeyFileJson.Default.KeyFileContent);
            return content is { IsComplete: true }
                ? content
                : throw new StoreOpenException($"{path} ({Setting}) is not a complete key file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StoreOpenException($"The key file {path} ({Setting}) cannot be read: {e.Message}", e);
        }
    }

    private static byte[] Encode(KeyFileContent content) =>
        JsonSerializer.SerializeToUtf8Bytes(content, KeyFileJson.Default.KeyFileContent);

    private static Dictionary<uint, RowCipher> Ciphers(KeyFileContent content) =>
        content.Masters.ToDictionary(m => m.Key, m => new RowCipher(m.Value, m.Key));

    private static byte[] Check(byte[] key) => HMACSHA256.HashData(key, "connect key check v1"u8)[..16];
}
