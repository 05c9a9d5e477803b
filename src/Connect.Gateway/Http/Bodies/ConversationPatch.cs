namespace Connect.Gateway.Http.Bodies;

/// <summary>What changes of a conversation for the caller alone; what is absent stays as it is.</summary>
/// <param name="Request"><c>accept</c> or <c>decline</c> what a stranger wrote.</param>
internal sealed record ConversationPatch(string? Request = null);
