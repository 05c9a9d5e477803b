using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Connect.Doors.Proxy;

/// <summary>
/// Parses the header of the PROXY protocol, version 1 (haproxy.org, proxy-protocol.txt, section 2.1): one line such as
/// <c>PROXY TCP4 203.0.113.7 10.0.0.1 56324 443</c>. Pure.
/// </summary>
internal static class ProxyTextHeader
{
    /// <summary>Of the longest line, with its end.</summary>
    private const int MaxBytes = 107;

    private static ReadOnlySpan<byte> Begin => "PROXY "u8;

    /// <summary>The first byte tells the versions apart.</summary>
    public static bool IsBegunBy(ReadOnlySequence<byte> bytes)
    {
        Span<byte> first = stackalloc byte[1];
        bytes.Slice(0, Math.Min(1, bytes.Length)).CopyTo(first);
        return first[0] == Begin[0];
    }

    /// <inheritdoc cref="ProxyHeader.Read"/>
    public static ProxyHeaderStatus Read(ReadOnlySequence<byte> bytes, out SequencePosition end, out IPEndPoint? client)
    {
        (end, client) = (bytes.Start, null);
        Span<byte> line = stackalloc byte[MaxBytes];
        var known = (int)Math.Min(bytes.Length, MaxBytes);
        line = line[..known];
        bytes.Slice(0, known).CopyTo(line);
        var begun = Math.Min(known, Begin.Length);
        if (!line[..begun].SequenceEqual(Begin[..begun]))
        {
            return ProxyHeaderStatus.Malformed;
        }

        var length = line.IndexOf("\r\n"u8);
        if (length < 0)
        {
            return known < MaxBytes ? ProxyHeaderStatus.Incomplete : ProxyHeaderStatus.Malformed;
        }

        end = bytes.GetPosition(length + 2);
        return TryReadClient(Encoding.ASCII.GetString(line[..length]), out client)
            ? ProxyHeaderStatus.Complete
            : ProxyHeaderStatus.Malformed;
    }

    private static bool TryReadClient(string line, out IPEndPoint? client)
    {
        client = null;
        var parts = line.Split(' ');
        if (parts is [_, "UNKNOWN", ..])
        {
            return true;
        }

        if (
            parts is not [_, "TCP4" or "TCP6", var source, var target, var sourcePort, var targetPort]
            || !TryReadAddress(source, parts[1], out var address)
            || !TryReadAddress(target, parts[1], out _)
            || !ushort.TryParse(sourcePort, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || !ushort.TryParse(targetPort, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        )
        {
            return false;
        }

        client = new(address, port);
        return true;
    }

    private static bool TryReadAddress(string text, string family, out IPAddress address)
    {
        var expected = family == "TCP4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

        // Four numbers: the system's reader takes less for an address as well.
        return IPAddress.TryParse(text, out address!)
            && address.AddressFamily == expected
            && (expected == AddressFamily.InterNetworkV6 || text.Count('.') == 3);
    }
}
