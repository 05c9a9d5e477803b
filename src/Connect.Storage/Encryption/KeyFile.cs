using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Connect.Storage.Files;

namespace Connect.Storage.Encryption;

/// <summary>
/// The one file with every secret of a deployment, mode 0600, outside the data folder. A copy of the data is unreadable
/// without it, and losing it means losing the data.
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

    /// <summary>Locates the keys of a data folder.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="configured">The setting; null for the default beside the folder.</param>
    /// <param name="isMountPoint">Tells whether a folder is one.</param>
    /// <exception cref="StoreOpenException">
    /// The data folder is a mount point, so a file beside it may not persist; or the keys would be among the data.
    /// </exception>
    public static string Locate(string dataFolder, string? configured, Func<string, bool> isMountPoint)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder));
        if (configured is null && isMountPoint(folder))
        {
            throw new StoreOpenException(
                $"The data folder {folder} is a mount point, so a key file beside it may not outlive this container "
                    + $"or unit. Set {Setting} to a file on persistent storage outside the data folder."
            );
        }

        var path = Path.GetFullPath(configured ?? folder + ".keys");
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? throw new StoreOpenException($"{Setting} names {path}, which is inside the data folder.")
            : path;
    }

    /// <summary>Opens the keys, or creates them for an empty store.</summary>
    /// <param name="path">Where they are.</param>
    /// <param name="storeIsEmpty">Keys are created only for a store that was never written to.</param>
    /// <exception cref="StoreOpenException">
    /// The file of an existing store is missing, or it is not a key file.
    /// </exception>
    public static KeyFile Open(string path, bool storeIsEmpty)
    {
        if (storeIsEmpty && !File.Exists(path))
        {
            Create(path);
        }

        if (!File.Exists(path))
        {
            throw new StoreOpenException(
                $"The keys of this store are missing: {path} does not exist. "
                    + $"Set {Setting} to its key file. Without it the data cannot be read."
            );
        }

        return new(path, Read(path));
    }

    /// <summary>Creates new keys, mode 0600.</summary>
    /// <exception cref="StoreOpenException">The file exists (it is never replaced) or cannot be created.</exception>
    public static void Init(string path)
    {
        if (File.Exists(path))
        {
            throw new StoreOpenException(
                $"The key file {path} ({Setting}) already exists. It is never replaced, since what was written with "
                    + "its keys would become unreadable."
            );
        }

        Create(path);
    }

    /// <summary>For each key a value that identifies it and reveals nothing else about it.</summary>
    public IEnumerable<KeyValuePair<string, byte[]>> CheckValues()
    {
        yield return new("token-signing", Check(_content.TokenSigning));
        yield return new("blind-index", Check(_content.BlindIndex));
        yield return new("direct-ids", Check(_content.DirectIds));
    }

    /// <summary>The refusal for keys of another store.</summary>
    public StoreOpenException Wrong(string key, Exception? inner = null)
    {
        var message =
            $"The key file {_path} does not belong to this store: its {key} key is different. "
            + $"Set {Setting} to the key file the store was created with.";
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
            throw new StoreOpenException($"The key file {path} ({Setting}) cannot be created: {e.Message}", e);
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

/// <summary>The content of the key file, as JSON; keys in base64.</summary>
/// <param name="Format">1.</param>
/// <param name="CurrentMaster">The version that wraps new keys.</param>
/// <param name="Masters">Every version that the store or a backup may still need.</param>
/// <param name="TokenSigning">ES256, PKCS #8.</param>
/// <param name="BlindIndex">For usernames; cannot rotate.</param>
/// <param name="DirectIds">For ids of direct conversations; cannot rotate.</param>
internal sealed record KeyFileContent(
    int Format,
    uint CurrentMaster,
    SortedDictionary<uint, byte[]> Masters,
    byte[] TokenSigning,
    byte[] BlindIndex,
    byte[] DirectIds
)
{
    /// <summary>New random keys.</summary>
    public static KeyFileContent Generate() =>
        new(
            1,
            1,
            new() { [1] = RandomNumberGenerator.GetBytes(RowCipher.KeyLength) },
            TokenSigningKey.Generate(),
            RandomNumberGenerator.GetBytes(RowCipher.KeyLength),
            RandomNumberGenerator.GetBytes(RowCipher.KeyLength)
        );

    /// <summary>Whether every required part is present.</summary>
    [JsonIgnore]
    public bool IsComplete =>
        Format == 1
        && Masters is not null
        && Masters.ContainsKey(CurrentMaster)
        && Masters.Values.All(m => m is { Length: RowCipher.KeyLength })
        && TokenSigning is { Length: > 0 }
        && BlindIndex is { Length: RowCipher.KeyLength }
        && DirectIds is { Length: RowCipher.KeyLength };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(KeyFileContent))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
