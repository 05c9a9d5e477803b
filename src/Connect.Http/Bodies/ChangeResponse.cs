namespace Connect.Http.Bodies;

/// <summary>A change of a group that is durable.</summary>
/// <param name="Conversation">The group.</param>
/// <param name="Seq">The first entry of the change; absent when there was nothing to change.</param>
/// <param name="Time">Its time, milliseconds since the epoch.</param>
/// <param name="Added">Users that were to be added and are members now.</param>
/// <param name="Invited">Users that are no contacts and were invited.</param>
internal sealed record ChangeResponse(
    string Conversation,
    long? Seq = null,
    long? Time = null,
    IReadOnlyList<string>? Added = null,
    IReadOnlyList<string>? Invited = null
);
