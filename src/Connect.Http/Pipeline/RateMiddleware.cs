using Connect.Doors.Limits;
using Connect.Doors.Problems;
using Microsoft.AspNetCore.Http;

namespace Connect.Http.Pipeline;

/// <summary>
/// How many requests an address and a user may make: 429 with <c>Retry-After</c> above it. Probes of the node's health
/// are not counted. Runs before a token is looked at, and once more, as <see cref="InvokeForUserAsync"/>, after.
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

    /// <summary>The rates of the caller, once it is known who calls.</summary>
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
