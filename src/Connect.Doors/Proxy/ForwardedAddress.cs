using System.Net;
using Microsoft.Extensions.Primitives;

namespace Connect.Doors.Proxy;

/// <summary>
/// Finds the client in what proxies say. Each one appends the address that asked it, so the list is believed from its
/// end, for as long as the one who said it is trusted: what a client wrote itself stands further left. Pure.
/// </summary>
internal static class ForwardedAddress
{
    /// <summary>Addresses of one request that are looked at, from the end.</summary>
    public const int MaxHops = 32;

    /// <summary>The last address that is not trusted, or the first of all when each of them is.</summary>
    /// <param name="peer">Who is connected.</param>
    /// <param name="header">The lines of the header that counts.</param>
    /// <param name="isStandard">Whether the header is <c>Forwarded</c>, and not <c>X-Forwarded-For</c>.</param>
    /// <param name="trusted">Whose word counts.</param>
    public static IPAddress Find(IPAddress peer, StringValues header, bool isStandard, NetworkSet trusted)
    {
        var found = peer;
        foreach (var hop in Hops(header).Take(MaxHops))
        {
            if (!trusted.Contains(found) || !TryRead(hop, isStandard, out var before))
            {
                // What a trusted proxy does not say plainly ("unknown", a name) is not known: it counts as its own.
                return found;
            }

            found = before;
        }

        return found;
    }

    /// <summary>The elements of all lines, the last one first. A comma within quotes divides nothing.</summary>
    private static IEnumerable<string> Hops(StringValues header)
    {
        for (var line = header.Count - 1; line >= 0; line--)
        {
            var text = header[line] ?? "";
            var (end, isQuoted) = (text.Length, false);
            for (var at = text.Length - 1; at >= 0; at--)
            {
                isQuoted ^= text[at] == '"';
                if (text[at] == ',' && !isQuoted)
                {
                    yield return text[(at + 1)..end];
                    end = at;
                }
            }

            yield return text[..end];
        }
    }

    private static bool TryRead(string hop, bool isStandard, out IPAddress address)
    {
        address = IPAddress.None;
        var node = isStandard ? ForOf(hop) : hop.Trim();
        if (string.IsNullOrEmpty(node))
        {
            return false;
        }

        // An IPv6 address with a port, or in Forwarded even without one, stands in brackets.
        if (node[0] == '[')
        {
            var close = node.IndexOf(']', StringComparison.Ordinal);
            return close > 0 && IPAddress.TryParse(node[1..close], out address!);
        }

        var colon = node.IndexOf(':', StringComparison.Ordinal);
        var hasPort = colon >= 0 && node.IndexOf(':', colon + 1) < 0;
        var plain = hasPort ? node[..colon] : node;

        // Else "1" would be an address, too.
        return (plain.Contains('.', StringComparison.Ordinal) || plain.Contains(':', StringComparison.Ordinal))
            && IPAddress.TryParse(plain, out address!);
    }

    /// <summary>The parameter <c>for</c> of an element of <c>Forwarded</c>.</summary>
    private static string? ForOf(string element)
    {
        foreach (var pair in element.Split(';', StringSplitOptions.TrimEntries))
        {
            var parts = pair.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && parts[0].Equals("for", StringComparison.OrdinalIgnoreCase))
            {
                return parts[1].Trim('"');
            }
        }

        return null;
    }
}
