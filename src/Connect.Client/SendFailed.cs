namespace Connect.Client;

/// <summary>
/// A message of this device was refused for good and left the outbox. It comes also for messages that an earlier
/// process put there.
/// </summary>
/// <param name="Message">The message.</param>
/// <param name="Error">Why.</param>
public sealed record SendFailed(OutgoingMessage Message, ConnectException Error) : ConnectEvent(Message.Conversation);
