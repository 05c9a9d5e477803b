using System.Net;
using Connect.Doors.Limits;
using Xunit;

namespace Connect.Tests.Gateway.Limits;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("192.0.2.1", "2001:db8::1", false)]
    [InlineData("0.0.0.1", "::1", false)]
    public void An_IPv4_address_is_one_and_an_IPv6_network_of_64_bits_is(string one, string other, bool same) =>
        Assert.Equal(same, ClientAddress.Of(IPAddress.Parse(one)) == ClientAddress.Of(IPAddress.Parse(other)));
}
