using System.Text.Json;

namespace Connect.Cli.States;

/// <summary>
/// The names of users this user has met, kept on this machine. Entries carry ids only. The server names members,
/// invited users and former members, but no longer a user whose invite has ended. Thread-safe.
/// </summary>
internal sealed class KnownNames
{
    /// <summary>The maximum number of names; beyond it the oldest are dropped.</summary>
    public const int Limit = 5_000;

    private readonly string? _file;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _names;

    /// <param name="file">The file that keeps them; null = in memory only.</param>
    public KnownNames(string? file = null)
    {
        _file = file;
        _names = Read(file);
    }

    public IReadOnlyList<(string User, string Name)> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _names.Select(each => (each.Key, each.Value))];
            }
        }
    }

    public string? Find(string user)
    {
        lock (_gate)
        {
            return _names.GetValueOrDefault(user);
        }
    }

    public void Learn(IEnumerable<(string User, string Name)> names)
    {
        lock (_gate)
        {
            var isNews = false;
            foreach (var (user, name) in names.Where(each => each.User.Length > 0 && each.Name.Length > 0))
            {
                isNews |= _names.GetValueOrDefault(user) != name;
                _names[user] = name;
            }

            if (isNews)
            {
                foreach (var user in _names.Keys.Take(_names.Count - Limit).ToList())
                {
                    _names.Remove(user);
                }

                Write();
            }
        }
    }

    private static Dictionary<string, string> Read(string? file)
    {
        try
        {
            return file is not null && File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(file), StateJson.Default.DictionaryStringString) ?? []
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            // Names are a convenience, and the server supplies most of them again.
            return [];
        }
    }

    private void Write()
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            PrivateFile.Write(
                _file,
                JsonSerializer.SerializeToUtf8Bytes(_names, StateJson.Default.DictionaryStringString)
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another device of this user is writing the file, or the disk is full: names are learned again.
        }
    }
}
