using System.Collections.Immutable;
using Connect.Contracts.Identifiers;

namespace Connect.Contracts.Delivery;

/// <summary>What a device says of its session before, to go on from there.</summary>
/// <param name="Session">That session, which was live.</param>
/// <param name="Incarnation">Of the partition it was registered with.</param>
/// <param name="Heads">What the device holds of all that moved lately, without a hole.</param>
[GenerateSerializer, Immutable, Alias("ResumeClaim")]
public sealed record ResumeClaim(
    [property: Id(0)] SessionId Session,
    [property: Id(1)] string Incarnation,
    [property: Id(2)] ImmutableArray<ConversationPosition> Heads
);

/// <summary>A seq of a conversation: what a device holds without a hole, or how far the conversation goes.</summary>
[GenerateSerializer, Immutable, Alias("ConversationPosition")]
public readonly record struct ConversationPosition(
    [property: Id(0)] ConversationId Conversation,
    [property: Id(1)] long Seq
);

/// <summary>What the partition of a user knows of what a device missed.</summary>
public enum ResumeOutcome : byte
{
    /// <summary>Not enough: the device syncs all.</summary>
    No = 0,

    /// <summary>Just these conversations moved.</summary>
    Partial = 1,

    /// <summary>It missed no entry.</summary>
    Full = 2,
}
