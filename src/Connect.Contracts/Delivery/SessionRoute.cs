using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>Where a session of a user is.</summary>
[GenerateSerializer, Immutable, Alias("SessionRoute")]
public readonly record struct SessionRoute(
    [property: Id(0)] UserId User,
    [property: Id(1)] SessionId Session,
    [property: Id(2)] NodeId Node
);

/// <summary>The answer to a session's registration, for its <c>welcome</c>.</summary>
/// <param name="Incarnation">Of the partition.</param>
/// <param name="Outcome">What became of the claim to resume; <see cref="ResumeOutcome.No"/> without one.</param>
/// <param name="Changed">What moved, with its head, when the outcome is partial.</param>
/// <param name="Refresh">Marks, conversations or contacts may have changed meanwhile.</param>
[GenerateSerializer, Immutable, Alias("RouteRegistration")]
public sealed record RouteRegistration(
    [property: Id(0)] string Incarnation,
    [property: Id(1)] ResumeOutcome Outcome,
    [property: Id(2)] ImmutableArray<ConversationPosition> Changed,
    [property: Id(3)] bool Refresh
)
{
    public static RouteRegistration Anew(string incarnation) => new(incarnation, ResumeOutcome.No, [], Refresh: true);
}

/// <summary>What a gateway knows of a session that ended.</summary>
/// <param name="End">How.</param>
/// <param name="WasLive">It had synced and lacked nothing that was pushed.</param>
/// <param name="UncertainFor">What was pushed longer ago than this has certainly arrived.</param>
[GenerateSerializer, Immutable, Alias("RouteEnding")]
public readonly record struct RouteEnding(
    [property: Id(0)] RouteEnd End,
    [property: Id(1)] bool WasLive,
    [property: Id(2)] TimeSpan UncertainFor
)
{
    /// <summary>An end after which nobody resumes.</summary>
    public static implicit operator RouteEnding(RouteEnd end) => new(end, WasLive: false, TimeSpan.MaxValue);
}

/// <summary>How a session ended: whether its device is likely to be back, and how soon.</summary>
public enum RouteEnd : byte
{
    /// <summary>The connection broke, or was closed for a fault: most devices are back at once.</summary>
    Broken = 0,

    /// <summary>The user left: <c>bye</c>, or the login is over.</summary>
    Left = 1,

    /// <summary>The node sent it elsewhere (<c>go_away</c>): it comes back after a pause.</summary>
    SentAway = 2,
}
