using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Connect.Doors.Limits;

/// <summary>
/// Whom a limit per address counts: an IPv4 address, or the 64 bits of an IPv6 network, of which a customer has
/// 2^64 addresses.
/// </summary>
public readonly record struct ClientAddress(ulong Network, bool IsIPv6)
{
    /// <summary>What has no address, such as a request within the process, is counted as one.</summary>
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
