using Connect.LoadGen.Checking;
using Connect.LoadGen.Measuring;

namespace Connect.LoadGen.Load;

/// <summary>What load is put on: Connect, or the relay it is compared with. A process of its own.</summary>
internal interface ILoadTarget : IAsyncDisposable
{
    /// <summary>The processor time of its process.</summary>
    ProcessorClock Processor { get; }

    /// <summary>Brings everybody of a scenario online, ready to send; nobody reads yet.</summary>
    Task<IReadOnlyList<LoadRoom>> OpenAsync(
        LoadScenario scenario,
        LoadMeter meter,
        Faults faults,
        CancellationToken cancellationToken
    );
}
