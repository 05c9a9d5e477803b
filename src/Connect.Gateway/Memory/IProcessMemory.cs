namespace Connect.Gateway.Memory;

/// <summary>The memory of this process.</summary>
internal interface IProcessMemory
{
    /// <summary>What the machine or the container has.</summary>
    long AvailableBytes { get; }

    /// <summary>What the process holds of it, the store's and the runtime's share included.</summary>
    long UsedBytes { get; }

    /// <summary>Lets the runtime find what it does not need.</summary>
    /// <param name="giveBack">
    /// Also to the system, and now: everything stands still meanwhile. Otherwise the runtime keeps what it freed.
    /// </param>
    void Collect(bool giveBack);
}
