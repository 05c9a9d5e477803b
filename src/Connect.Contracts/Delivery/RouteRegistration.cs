using System.Collections.Immutable;

namespace Connect.Contracts.Delivery;

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
