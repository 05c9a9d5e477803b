using Connect.Doors.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Connect.Http.Pipeline;

/// <summary>
/// CORS: exactly the origins that may open a socket may read our responses, without cookies, which we do not use.
/// Without an allowed origin no response carries CORS headers.
/// </summary>
internal static class AllowedOrigins
{
    public static void UseAllowedOrigins(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<GatewayOptions>>().Value;
        if (options.AllowedOrigins.Count == 0)
        {
            return;
        }

        app.UseCors(policy =>
            policy
                .WithOrigins([.. options.AllowedOrigins.Select(origin => origin.TrimEnd('/'))])
                .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
                .WithHeaders(HeaderNames.Authorization, HeaderNames.ContentType, "Idempotency-Key")
                .WithExposedHeaders(HeaderNames.RetryAfter, HeaderNames.Date)
                .SetPreflightMaxAge(TimeSpan.FromMinutes(10))
        );
    }
}
