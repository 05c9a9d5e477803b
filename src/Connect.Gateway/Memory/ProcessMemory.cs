namespace Connect.Gateway.Memory;

/// <inheritdoc/>
internal sealed class ProcessMemory : IProcessMemory
{
    public long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public long UsedBytes => Environment.WorkingSet;

    public void Collect(bool giveBack)
    {
        if (giveBack)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        else
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }
}
