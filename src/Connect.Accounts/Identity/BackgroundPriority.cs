using System.Runtime.InteropServices;

namespace Connect.Accounts.Identity;

/// <summary>Makes a thread yield to the others of the process when both want a core.</summary>
internal static class BackgroundPriority
{
    /// <summary>
    /// By how much the thread is nicer than the process: a quarter of a core beside a thread that wants all of it; a
    /// whole one beside none.
    /// </summary>
    public const int Niceness = 5;

    private const int Nicest = 19;
    private const int OfThread = 0;
    private const int ThisThread = 0;

    /// <summary>Lowers the calling thread, which must be one of our own: there is no way back.</summary>
    public static void Take()
    {
        if (OperatingSystem.IsLinux())
        {
            // The runtime ignores priorities on Linux, where each thread has a nice value of its own. Lowering it needs
            // no rights, and if it fails the thread merely competes as the others do.
            _ = SetPriority(OfThread, ThisThread, Math.Min(GetPriority(OfThread, ThisThread) + Niceness, Nicest));
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [DllImport("libc", EntryPoint = "getpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetPriority(int which, int who);

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int value);
}
