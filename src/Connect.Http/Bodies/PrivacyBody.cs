namespace Connect.Http.Bodies;

/// <summary>What others see of the caller. In a request, what is absent stays as it is.</summary>
/// <param name="Presence">Contacts see whether the caller is online.</param>
/// <param name="ReadReceipts">Others are told what the caller read. Off: nor is the caller told of others.</param>
internal sealed record PrivacyBody(bool? Presence = null, bool? ReadReceipts = null);
