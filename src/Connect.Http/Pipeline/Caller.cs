using Connect.Contracts.Identifiers;
using Microsoft.AspNetCore.Http;

namespace Connect.Http.Pipeline;

/// <summary>Who sent a request, as its access token says.</summary>
/// <param name="User">Who.</param>
/// <param name="Device">The device the token was given to; none for a token of an outside issuer.</param>
/// <param name="IsExternal">The token comes from an outside issuer.</param>
/// <param name="IssuedAt">When the token was issued, milliseconds since the epoch.</param>
internal sealed record Caller(UserId User, DeviceId Device, bool IsExternal = false, long IssuedAt = 0)
{
    /// <summary>How a handler gets it as a parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => new(context.Features.Get<Caller>());
}
