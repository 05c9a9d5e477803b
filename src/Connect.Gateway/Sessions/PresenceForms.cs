using Connect.Delivery.Watching;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>Presence as the wire shows it.</summary>
internal static class PresenceForms
{
    public static PresenceState ToWire(PresenceSighting sighting) =>
        new()
        {
            User = sighting.User.ToString(),
            Online = sighting.IsOnline,
            Since = (ulong)sighting.Since,
        };
}
