namespace Connect.Contracts.Delivery;

/// <summary>What a gateway knows of a session that ended.</summary>
/// <param name="End">How.</param>
/// <param name="WasLive">It had synced and lacked nothing that was pushed.</param>
/// <param name="Doubt">What was pushed longer ago than this has certainly arrived.</param>
[GenerateSerializer, Immutable, Alias("RouteEnding")]
public readonly record struct RouteEnding(
    [property: Id(0)] RouteEnd End,
    [property: Id(1)] bool WasLive,
    [property: Id(2)] TimeSpan Doubt
)
{
    /// <summary>An end after which nobody resumes.</summary>
    public static implicit operator RouteEnding(RouteEnd end) => new(end, WasLive: false, TimeSpan.MaxValue);
}
