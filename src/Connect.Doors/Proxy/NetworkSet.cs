using System.Net;

namespace Connect.Doors.Proxy;

/// <summary>Some networks, of IPv4 and IPv6.</summary>
internal sealed class NetworkSet(IEnumerable<string> networks)
{
    private readonly IPNetwork[] _networks = [.. networks.Select(IPNetwork.Parse)];

    public bool IsEmpty => _networks.Length == 0;

    /// <summary>An IPv4 address is one of its network also when it comes as an IPv6 address.</summary>
    public bool Contains(IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Any(network => network.Contains(plain));
    }
}
