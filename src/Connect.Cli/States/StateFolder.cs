using System.Text;

namespace Connect.Cli.States;

/// <summary>The folder that keeps the users of this machine, and which of them logged in last.</summary>
internal sealed class StateFolder
{
    private const string CurrentName = "current";

    private readonly string _root;

    /// <param name="root">The folder; null = the user's own place for data.</param>
    public StateFolder(string? root) =>
        _root = root is null
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "connect", "cli")
            : Path.GetFullPath(root);

    /// <summary>The folder of a user, there or not. Names are compared as the server does, in lower case.</summary>
    public UserFolder Of(string username)
    {
        // Whatever was typed stays one name below the root: "." and "/" are not for a path to decide.
        var name = Uri.EscapeDataString(username.ToLowerInvariant());
        return new(Path.Combine(_root, "user-" + name), username);
    }

    /// <summary>Who logged in last; null = nobody yet.</summary>
    public string? ReadCurrentUser()
    {
        var file = Path.Combine(_root, CurrentName);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>Where they are known: a further user of this machine is most often known there, too.</summary>
    public ServerAddress? ReadCurrentServer() => ReadCurrentUser() is { } name ? Of(name).ReadServer() : null;

    public void WriteCurrentUser(string username) =>
        PrivateFile.Write(Path.Combine(_root, CurrentName), Encoding.UTF8.GetBytes(username + "\n"));
}
