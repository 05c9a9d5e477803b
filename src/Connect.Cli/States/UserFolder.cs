using System.Text.Json;
using Connect.Client.Stores;

namespace Connect.Cli.States;

/// <summary>
/// The folder of one user on this machine: the server address and a store per device. A process locks the first free
/// store, so two processes at a time are two devices.
/// </summary>
internal sealed class UserFolder(string path, string username)
{
    private const int MaxDevices = 16;

    private readonly string _server = Path.Combine(path, "server.json");

    public string Username { get; } = username;

    /// <summary>Whether this user has ever logged in here.</summary>
    public bool Exists => File.Exists(_server);

    /// <summary>The known names, shared by all devices.</summary>
    public KnownNames OpenNames() => new(Path.Combine(path, "names.json"));

    public ServerAddress? ReadServer() =>
        Exists ? JsonSerializer.Deserialize(File.ReadAllBytes(_server), StateJson.Default.ServerAddress) : null;

    public void WriteServer(ServerAddress server) =>
        PrivateFile.Write(_server, JsonSerializer.SerializeToUtf8Bytes(server, StateJson.Default.ServerAddress));

    /// <summary>Locks and opens the first store that no other process has open.</summary>
    public (FileConnectStore Store, int Device) OpenFreeStore()
    {
        PrivateFile.MakeFolder(Path.GetDirectoryName(path)!);
        PrivateFile.MakeFolder(path);
        for (var device = 0; device < MaxDevices; device++)
        {
            try
            {
                return (new FileConnectStore(DeviceFolder(device)), device);
            }
            catch (IOException) when (IsLocked(device))
            {
                // Another process is using this device.
            }
        }

        throw new IOException($"{MaxDevices} processes are already using {path}, which is the maximum.");
    }

    /// <summary>The stores of existing devices that no other process has open.</summary>
    public IEnumerable<FileConnectStore> OpenAllFreeStores()
    {
        for (var device = 0; device < MaxDevices; device++)
        {
            if (Directory.Exists(DeviceFolder(device)) && !IsLocked(device))
            {
                yield return new FileConnectStore(DeviceFolder(device));
            }
        }
    }

    private string DeviceFolder(int device) => Path.Combine(path, $"device-{device}");

    private bool IsLocked(int device)
    {
        var file = Path.Combine(DeviceFolder(device), "lock");
        if (!File.Exists(file))
        {
            return false;
        }

        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
