using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Connect.Server.Configuration;

/// <summary>One address to listen on.</summary>
/// <param name="Host">As a client on this machine names it.</param>
/// <param name="Addresses">The IP addresses; two for <c>localhost</c> with a fixed port.</param>
/// <param name="Port">0 = a free one.</param>
public sealed record ListenAddress(string Host, IReadOnlyList<IPAddress> Addresses, int Port)
{
    /// <summary>Reads <c>https://ADDRESS:PORT</c>; anything but https is refused: plain HTTP is not served.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        const string Scheme = "https://";
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = text[Scheme.Length..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        if (
            colon <= 0
            || !int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort
        )
        {
            return false;
        }

        var host = rest[..colon];
        address = host switch
        {
            // Two sockets cannot be given one free port, so with port 0 localhost is the IPv4 one alone.
            "localhost" when port == 0 || !Socket.OSSupportsIPv6 => new(host, [IPAddress.Loopback], port),
            "localhost" => new(host, [IPAddress.Loopback, IPAddress.IPv6Loopback], port),
            "*" => new("localhost", [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any], port),
            _ when IPAddress.TryParse(host.Trim('[', ']'), out var ip) => new(host, [ip], port),
            _ => null,
        };
        return address is not null;
    }

    /// <summary>The addresses of the setting <c>Listen</c>; empty when one of them cannot be read.</summary>
    public static IReadOnlyList<ListenAddress> ParseAll(string listen)
    {
        var addresses = new List<ListenAddress>();
        foreach (var part in listen.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!TryParse(part, out var address))
            {
                return [];
            }

            addresses.Add(address);
        }

        return addresses;
    }
}
