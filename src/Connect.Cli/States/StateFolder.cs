using System.Text.Json;
using Connect.Client.Stores;

namespace Connect.Cli.States;

/// <summary>
/// The folder of one user on this machine: the server's address, and a store for each device. A process locks the
/// first store that is free, so that two at a time are two devices.
/// </summary>
internal sealed class StateFolder
{
    private const int MaxDevices = 16;
    private const string ServerName = "server.json";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _root;

    /// <param name="root">The folder; null = the user's own place for data.</param>
    public StateFolder(string? root) =>
        _root = root is null
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "connect", "cli")
            : Path.GetFullPath(root);

    /// <summary>The server of the last login; null before the first.</summary>
    public ServerAddress? ReadServer()
    {
        var file = Path.Combine(_root, ServerName);
        return File.Exists(file)
            ? JsonSerializer.Deserialize(File.ReadAllBytes(file), StateJson.Default.ServerAddress)
            : null;
    }

    public void WriteServer(ServerAddress server)
    {
        var file = Path.Combine(_root, ServerName);
        var next = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var stream = new FileStream(next, options))
        {
            JsonSerializer.Serialize(stream, server, StateJson.Default.ServerAddress);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, file, overwrite: true);
    }

    /// <summary>Locks and opens the first store that no other process has.</summary>
    public (FileConnectStore Store, int Device) OpenFreeStore()
    {
        for (var device = 0; device < MaxDevices; device++)
        {
            try
            {
                return (new FileConnectStore(DeviceFolder(device)), device);
            }
            catch (IOException) when (IsLocked(device))
            {
                // Another process is this device.
            }
        }

        throw new IOException($"{MaxDevices} processes use {_root} at this moment; no more can.");
    }

    /// <summary>The stores that no other process has, of devices that exist.</summary>
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

    private string DeviceFolder(int device) => Path.Combine(_root, $"device-{device}");

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
