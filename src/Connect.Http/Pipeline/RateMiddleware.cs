using Connect.Doors.Limits;
using Connect.Doors.Problems;
using Microsoft.AspNetCore.Http;

namespace Connect.Http.Pipeline;

/// <summary>
/// Rate-limits requests per address and per user: 429 with <c>Retry-After</c>. Health probes are exempt. Runs before
/// authentication, and again afterwards as <see cref="InvokeForUserAsync"/>.
/// </summary>
internal sealed class RateMiddleware(RequestDelegate next, RateLimits limits)
{
    private static readonly PathString Health = "/healthz";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(Health))
        {
            return next(context);
        }

        var address = ClientAddress.Of(context.Connection.RemoteIpAddress);
        var wait = limits.AddressRequests.Take(address);
        if (wait == TimeSpan.Zero && RateOf(context) == HttpRate.Registrations)
        {
            wait = limits.Registrations.Take(address);
        }

        return wait == TimeSpan.Zero ? next(context) : RefuseAsync(context, wait);
    }

    /// <summary>Applies the caller's own limits once they are authenticated.</summary>
    public static Task InvokeForUserAsync(HttpContext context, RateLimits limits, RequestDelegate next)
    {
        if (context.Features.Get<Caller>() is not { } caller)
        {
            return next(context);
        }

        var wait = limits.UserRequests.Take(caller.User);
        if (wait == TimeSpan.Zero)
        {
            wait = RateOf(context) switch
            {
                HttpRate.Reads => limits.Reads.Take(caller.User),
                HttpRate.Lookups => limits.Lookups.Take(caller.User),
                HttpRate.Exports => limits.Exports.Take(caller.User),
                _ => TimeSpan.Zero,
            };
        }

        return wait == TimeSpan.Zero ? next(context) : RefuseAsync(context, wait);
    }

    private static HttpRate? RateOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteRules.RateMetadata>()?.Rate;

    private static Task RefuseAsync(HttpContext context, TimeSpan wait) =>
        Problems.WriteAsync(context, Problems.Describe(RateLimits.Refuse(wait)));
}
