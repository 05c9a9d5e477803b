using System.Runtime.InteropServices;

namespace Connect.Client.Stores;

/// <summary>Makes a created or renamed name durable. .NET cannot open a folder, so libc is asked.</summary>
internal static class FolderSync
{
    /// <exception cref="IOException">The folder could not be synced.</exception>
    public static void Sync(string folder)
    {
        // Windows writes its folders by itself.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Native.Open(folder, 0);
        var failed = descriptor < 0 || Native.Sync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = Native.Close(descriptor);
        }

        if (failed)
        {
            throw new IOException($"{folder} cannot be synced (error {error}).");
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Sync(int descriptor);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int descriptor);
    }
}
