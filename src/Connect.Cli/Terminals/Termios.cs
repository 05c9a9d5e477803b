using System.Runtime.InteropServices;

namespace Connect.Cli.Terminals;

/// <summary>
/// The settings of the terminal on standard input. <c>struct termios</c> stays opaque except for c_lflag, its fourth
/// field, which is 32 bits wide on Linux and 64 on macOS; every flag used here is in its lowest byte.
/// </summary>
internal sealed class Termios
{
    private const int StandardInput = 0;
    private const int Now = 0;
    private const int Size = 256;
    private const byte Echo = 0x8;

    private readonly byte[] _settings;

    private Termios(byte[] settings) => _settings = settings;

    private static int LocalFlags => OperatingSystem.IsLinux() ? 12 : 24;

    private static byte Signals => OperatingSystem.IsLinux() ? (byte)0x01 : (byte)0x80;

    /// <summary>The current settings; null when standard input is not a terminal.</summary>
    public static Termios? Read()
    {
        var settings = new byte[Size];
        return Native.Get(StandardInput, settings) == 0 ? new(settings) : null;
    }

    /// <summary>The same settings with input no longer echoed.</summary>
    public Termios WithoutEcho()
    {
        var settings = Copy();
        settings[LocalFlags] &= unchecked((byte)~Echo);
        return new(settings);
    }

    /// <summary>No echo, no line editing, every key as it is pressed.</summary>
    /// <param name="signals">Keep Ctrl-C and Ctrl-Z as signals.</param>
    public Termios Raw(bool signals)
    {
        var settings = Copy();
        Native.MakeRaw(settings);
        if (signals)
        {
            settings[LocalFlags] |= Signals;
        }

        return new(settings);
    }

    public void Apply() => _ = Native.Set(StandardInput, Now, _settings);

    private byte[] Copy() => (byte[])_settings.Clone();

    private static class Native
    {
        [DllImport("libc", EntryPoint = "tcgetattr")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Get(int descriptor, byte[] settings);

        [DllImport("libc", EntryPoint = "tcsetattr")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Set(int descriptor, int when, byte[] settings);

        [DllImport("libc", EntryPoint = "cfmakeraw")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern void MakeRaw(byte[] settings);
    }
}
