using Connect.Contracts.Storage;

namespace Connect.Server.Health;

/// <summary>Whether this node should get traffic, and if not, why, in words for an operator.</summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, IStoreHealth? store = null)
{
    /// <summary>Null when it should.</summary>
    public string? Refusal =>
        !lifetime.ApplicationStarted.IsCancellationRequested ? "starting"
        : lifetime.ApplicationStopping.IsCancellationRequested ? "stopping"
        : store?.Refusal;
}
