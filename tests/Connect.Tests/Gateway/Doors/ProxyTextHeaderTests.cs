using System.Buffers;
using System.Text;
using Connect.Doors.Proxy;
using CsCheck;
using Xunit;

namespace Connect.Tests.Gateway.Doors;

/// <summary>Version 1 of the PROXY protocol.</summary>
public sealed class ProxyTextHeaderTests
{
    [Theory]
    [InlineData("PROXY TCP4 203.0.113.7 10.0.0.1 56324 443\r\n", "203.0.113.7:56324")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n", "[2001:db8::7]:56324")]
    [InlineData("PROXY UNKNOWN\r\n", null)]
    [InlineData("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", null)]
    public void The_client_is_known_and_what_follows_is_not_touched(string header, string? client)
    {
        var bytes = Encoding.ASCII.GetBytes(header + "hello");
        for (var known = 0; known < header.Length; known++)
        {
            Assert.Equal(ProxyHeaderStatus.Incomplete, Read(bytes[..known]).Status);
        }

        var (status, rest, found) = Read(bytes);
        Assert.Equal((ProxyHeaderStatus.Complete, "hello", client), (status, rest, found));
    }

    [Theory]
    [InlineData("PROXY TCP4 203.0.113.7 10.0.0.1 56324\r\n")]
    [InlineData("PROXY TCP4 203.0.113.7 10.0.0.1 56324 443 1\r\n")]
    [InlineData("PROXY TCP4 203.0.113.7 10.0.0.1 65536 443\r\n")]
    [InlineData("PROXY TCP4 203.0.113.7 10.0.0.1 -1 443\r\n")]
    [InlineData("PROXY TCP4 7 10.0.0.1 56324 443\r\n")]
    [InlineData("PROXY TCP4 2001:db8::7 2001:db8::1 56324 443\r\n")]
    [InlineData("PROXY TCP6 203.0.113.7 10.0.0.1 56324 443\r\n")]
    [InlineData("PROXY UDP4 203.0.113.7 10.0.0.1 56324 443\r\n")]
    [InlineData("PROXY  TCP4 203.0.113.7 10.0.0.1 56324 443\r\n")]
    [InlineData("POST / HTTP/1.1\r\n")]
    [InlineData("PROXY \r\n")]
    public void Anything_else_is_refused(string header) =>
        Assert.Equal(ProxyHeaderStatus.Malformed, Read(Encoding.ASCII.GetBytes(header)).Status);

    [Fact]
    public void A_line_without_an_end_is_refused_at_107_bytes()
    {
        Assert.Equal(ProxyHeaderStatus.Incomplete, Read(Line(106)).Status);
        Assert.Equal(ProxyHeaderStatus.Malformed, Read(Line(107)).Status);

        static byte[] Line(int bytes) => Encoding.ASCII.GetBytes("PROXY UNKNOWN ".PadRight(bytes, 'x'));
    }

    [Fact]
    public void No_bytes_break_it() =>
        Gen
            .Byte.Array[0, 120]
            .Sample(bytes =>
            {
                Read([.. "PROXY "u8, .. bytes]);
                Read(bytes);
            });

    private static (ProxyHeaderStatus Status, string After, string? Client) Read(byte[] bytes)
    {
        var sequence = new ReadOnlySequence<byte>(bytes);
        var status = ProxyHeader.Read(sequence, out var end, out var client);
        return (status, Encoding.ASCII.GetString(sequence.Slice(end)), client?.ToString());
    }
}
