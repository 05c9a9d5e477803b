using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Connect.Doors.Limits;

/// <summary>
/// The unit that limits per address count: an IPv4 address, or a /64 network of IPv6, which one customer usually has
/// to themselves.
/// </summary>
public readonly record struct ClientAddress(ulong Network, bool IsIPv6)
{
    /// <summary>
    /// How many /64 networks' worth a /48 network gets: a customer may hold one, with 65,536 networks in it.
    /// </summary>
    public const int SiteFactor = 8;

    private const ulong SiteMask = ~0xFFFFUL;

    /// <summary>The /48 network that it is part of; of an IPv4 address itself.</summary>
    public ClientAddress Site => IsIPv6 ? this with { Network = Network & SiteMask } : this;

    /// <summary>Callers without an address, such as those inside the process, count as one.</summary>
    public static ClientAddress Of(IPAddress? address)
    {
        if (address is null)
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[16];
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), true)
            : new(BinaryPrimitives.ReadUInt32BigEndian(bytes), false);
    }
}
