using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Connect.Cli.Terminals;

/// <summary>
/// A terminal that does not show what is typed, until disposed. Reading key by key would show what is typed between
/// two reads, so the terminal itself is told.
/// </summary>
internal sealed class EchoOff : IDisposable
{
    private const int StandardInput = 0;
    private const int Now = 0;
    private const uint Echo = 0x8;

    private readonly byte[]? _before;

    public EchoOff()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // struct termios is opaque here but for c_lflag, the fourth of its flags: 32 bits wide on Linux, 64 on macOS.
        var settings = new byte[256];
        if (Native.Get(StandardInput, settings) != 0)
        {
            return;
        }

        _before = (byte[])settings.Clone();
        var local = settings.AsSpan(OperatingSystem.IsLinux() ? 12 : 24);
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(local);
        BinaryPrimitives.WriteUInt32LittleEndian(local, flags & ~Echo);
        // However the process ends, the terminal shows again what is typed.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        _ = Native.Set(StandardInput, Now, settings);
    }

    public void Dispose()
    {
        if (_before is not null)
        {
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
            _ = Native.Set(StandardInput, Now, _before);
        }
    }

    private void OnExit(object? sender, EventArgs args) => Dispose();

    private static class Native
    {
        [DllImport("libc", EntryPoint = "tcgetattr")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Get(int descriptor, byte[] settings);

        [DllImport("libc", EntryPoint = "tcsetattr")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Set(int descriptor, int when, byte[] settings);
    }
}
