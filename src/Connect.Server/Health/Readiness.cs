using Connect.Contracts.Storage;
using Connect.Doors.Limits;

namespace Connect.Server.Health;

/// <summary>Whether this node should get traffic, and if not, why, in words for an operator.</summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, NodeLoad load, IStoreHealth? store = null)
{
    /// <summary>Null when it should.</summary>
    public string? Refusal =>
        !lifetime.ApplicationStarted.IsCancellationRequested ? "starting"
        : lifetime.ApplicationStopping.IsCancellationRequested ? "stopping"
        : load.IsOverloaded ? "overloaded"
        : store?.Refusal;
}
