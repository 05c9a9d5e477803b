using System.Runtime.InteropServices;

namespace Connect.Gateway.Memory;

/// <summary>The memory of this process.</summary>
internal interface IProcessMemory
{
    /// <summary>What the machine or the container has.</summary>
    long AvailableBytes { get; }

    /// <summary>What the process holds of it, the store's and the runtime's share included.</summary>
    long ResidentBytes { get; }

    /// <summary>What of that the runtime holds for what comes and nobody uses.</summary>
    long FreeBytes { get; }

    /// <summary>What was allocated since the process began.</summary>
    long AllocatedBytes { get; }

    /// <summary>Lets the runtime find what it does not need.</summary>
    /// <param name="giveBack">
    /// Also to the system, and now: everything stands still meanwhile. Otherwise the runtime keeps what it freed.
    /// </param>
    void Collect(bool giveBack);
}

/// <inheritdoc/>
internal sealed class ProcessMemory : IProcessMemory
{
    private bool _canTrim = OperatingSystem.IsLinux();

    public long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public long ResidentBytes => Environment.WorkingSet;

    public long FreeBytes =>
        // What was committed after the last collection is in use, mostly, and not counted as free.
        Math.Max(0, GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes - GC.GetTotalMemory(forceFullCollection: false));

    public long AllocatedBytes => GC.GetTotalAllocatedBytes();

    public void Collect(bool giveBack)
    {
        if (!giveBack)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            return;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (_canTrim)
        {
            try
            {
                // The buffers of TLS and of the store are the C library's, which keeps what they gave back.
                _ = Native.Trim(0);
            }
            catch (EntryPointNotFoundException)
            {
                // Another C library than glibc.
                _canTrim = false;
            }
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "malloc_trim")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Trim(nint pad);
    }
}
