using Connect.Doors.Admission;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Connect.Tests.Gateway;

public sealed class OriginPolicyTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("https://chat.example:8443", true)]
    [InlineData("HTTPS://Chat.Example:8443", true)]
    [InlineData("https://app.example", true)]
    [InlineData("https://chat.example", false)]
    [InlineData("http://chat.example:8443", false)]
    [InlineData("https://chat.example:8443.evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void Only_the_own_origin_the_allowed_ones_and_programs_may_connect(string? origin, bool allowed)
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = ("https", new("chat.example", 8443));
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }

        Assert.Equal(allowed, OriginPolicy.Allows(request, ["https://app.example/"]));
    }

    [Fact]
    public void Two_origins_are_none()
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = ("https", new("chat.example"));
        request.Headers.Origin = new(["https://chat.example", "https://chat.example"]);
        Assert.False(OriginPolicy.Allows(request, []));
    }
}
