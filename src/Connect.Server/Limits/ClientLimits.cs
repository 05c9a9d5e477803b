namespace Connect.Server.Limits;

/// <summary>What the protocol asks of a client, as the .NET SDK keeps it.</summary>
internal static class ClientLimits
{
    public static readonly IReadOnlyList<Limit> All =
    [
        new(
            "ProtocolLimits.CidMaxDrift",
            "how far the time of a cid never transmitted may be off",
            "it is replaced before its first transmission",
            "OutboxTests.A_cid_whose_time_is_far_off_is_replaced_before_its_first_transmission_only"
        ),
        new(
            "ProtocolLimits.HoleGrace",
            "time a hole may heal by itself",
            "it is pulled",
            "PositionTrackerTests.A_hole_is_pulled_after_200_ms_and_not_before"
        ),
        new(
            "ProtocolLimits.DeliveredInterval",
            "time between two `delivered` marks, at least",
            "they are gathered into the next",
            "DeliveryTests.Delivered_is_told_at_most_once_a_second"
        ),
        new(
            "ProtocolLimits.ReconnectBase",
            "upper bound of the first wait before a reconnect",
            "doubled with each failure",
            "ReconnectTests.Each_wait_is_within_its_bound_and_the_bound_stays_at_30_s"
        ),
        new(
            "ProtocolLimits.ReconnectCap",
            "upper bound of any wait before a reconnect",
            "it stays there, for ever",
            "ReconnectTests.Each_wait_is_within_its_bound_and_the_bound_stays_at_30_s"
        ),
    ];
}
