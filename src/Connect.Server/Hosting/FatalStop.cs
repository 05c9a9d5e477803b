using System.Runtime.InteropServices;

namespace Connect.Server.Hosting;

/// <summary>
/// Ends the process when the store will write nothing any more: it is worth more dead, for whoever watches over it
/// starts it again, and a start finds out what the disk really has.
/// </summary>
internal sealed class FatalStop(IHostApplicationLifetime lifetime, TimeProvider time, Action<string>? endAtOnce = null)
    : IDisposable
{
    /// <summary>Told to the one who started the process.</summary>
    public const int ExitCode = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private readonly Action<string> _endAtOnce = endAtOnce ?? EndAtOnce;
    private ITimer? _limit;

    public void Stop(string reason)
    {
        Environment.ExitCode = ExitCode;
        _limit ??= time.CreateTimer(reason => _endAtOnce((string)reason!), reason, Patience, Timeout.InfiniteTimeSpan);
        lifetime.StopApplication();
    }

    public void Dispose() => _limit?.Dispose();

    /// <summary>
    /// Without waiting for anybody: what was stopping waits for a store that answers no more. Not by an abort, which
    /// has another exit code and may leave an image of the memory, keys and all.
    /// </summary>
    private static void EndAtOnce(string reason)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.FailFast(reason);
        }

        // On a thread of its own: nobody may be reading standard error, and that must not keep the process alive.
        Task.Run(() => Console.Error.WriteLine($"Ended without a clean stop: {reason}")).Wait(LastWords);
        NativeExit(ExitCode);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void NativeExit(int code);
}
