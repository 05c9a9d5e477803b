namespace Connect.Http.Bodies;

/// <summary>What changes of a conversation for the caller alone; what is absent stays as it is.</summary>
/// <param name="Request"><c>accept</c> or <c>decline</c> what a stranger wrote.</param>
/// <param name="MutedUntil">No noise until then, milliseconds since the epoch; 0 ends it.</param>
/// <param name="Hidden">Out of the list until something new comes; <c>false</c> brings it back.</param>
/// <param name="Seen">With <c>hidden</c>: the head that the caller saw; what is above it is new.</param>
internal sealed record ConversationPatch(
    string? Request = null,
    long? MutedUntil = null,
    bool? Hidden = null,
    long? Seen = null
);
