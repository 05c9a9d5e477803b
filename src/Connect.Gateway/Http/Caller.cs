using Connect.Contracts.Identifiers;
using Microsoft.AspNetCore.Http;

namespace Connect.Gateway.Http;

/// <summary>Who sent a request, as its access token says.</summary>
internal sealed record Caller(UserId User, DeviceId Device)
{
    /// <summary>How a handler gets it as a parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => new(context.Features.Get<Caller>());
}
