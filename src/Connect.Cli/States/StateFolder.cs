using System.Text;

namespace Connect.Cli.States;

/// <summary>The folder of the users of this machine and of who logged in last.</summary>
internal sealed class StateFolder
{
    private const string CurrentName = "current";

    private readonly string _root;

    /// <param name="root">The folder; null = the default data folder of the operating system's user.</param>
    public StateFolder(string? root) =>
        _root = root is null
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "connect", "cli")
            : Path.GetFullPath(root);

    /// <summary>
    /// The folder of a user, whether it exists or not. Names are compared in lower case, as the server does.
    /// </summary>
    public UserFolder Of(string username)
    {
        // Escaped, so that no username can leave the root folder.
        var name = Uri.EscapeDataString(username.ToLowerInvariant());
        return new(Path.Combine(_root, "user-" + name), username);
    }

    /// <summary>Who logged in last; null = nobody yet.</summary>
    public string? ReadCurrentUser()
    {
        var file = Path.Combine(_root, CurrentName);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>Their server, which is the likely one for another user of this machine.</summary>
    public ServerAddress? ReadCurrentServer() => ReadCurrentUser() is { } name ? Of(name).ReadServer() : null;

    public void WriteCurrentUser(string username) =>
        PrivateFile.Write(Path.Combine(_root, CurrentName), Encoding.UTF8.GetBytes(username + "\n"));
}
