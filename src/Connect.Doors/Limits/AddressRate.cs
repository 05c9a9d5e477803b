namespace Connect.Doors.Limits;

/// <summary>
/// A rate per address, and for IPv6 a wider one per /48 network, so that whoever holds many networks cannot use the
/// limit of each of them.
/// </summary>
public sealed class AddressRate(Rate rate, int keys, TimeProvider time)
{
    private readonly RateTable<ClientAddress> _networks = new(rate, keys, time);
    private readonly RateTable<ClientAddress> _sites = new(
        new(rate.Interval / ClientAddress.SiteFactor, rate.Burst * ClientAddress.SiteFactor),
        keys,
        time
    );

    /// <summary>Takes tokens of an address: zero, or how long until there are as many. Then none is taken.</summary>
    public TimeSpan Take(ClientAddress address, int tokens = 1)
    {
        var wait = _networks.Take(address, tokens);
        if (wait > TimeSpan.Zero || !address.IsIPv6)
        {
            return wait;
        }

        wait = _sites.Take(address.Site, tokens);
        if (wait > TimeSpan.Zero)
        {
            _networks.GiveBack(address, tokens);
        }

        return wait;
    }

    /// <summary>Returns tokens that were taken.</summary>
    public void GiveBack(ClientAddress address, int tokens = 1)
    {
        _networks.GiveBack(address, tokens);
        if (address.IsIPv6)
        {
            _sites.GiveBack(address.Site, tokens);
        }
    }
}
