namespace Connect.Client.Stores;

/// <summary>How far this user has come in a conversation, and how much of it the server has confirmed.</summary>
/// <param name="Conversation">Which conversation.</param>
/// <param name="Delivered">The highest seq this device holds without a hole, as far as it is to be told.</param>
/// <param name="Read">The highest seq the user has read here.</param>
/// <param name="ConfirmedDelivered">What the server has confirmed of <paramref name="Delivered"/>.</param>
/// <param name="ConfirmedRead">What the server has confirmed of <paramref name="Read"/>.</param>
public sealed record StoredMark(
    string Conversation,
    long Delivered,
    long Read,
    long ConfirmedDelivered,
    long ConfirmedRead
);
