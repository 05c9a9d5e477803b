using Connect.Doors.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Connect.Http.Pipeline;

/// <summary>
/// Which pages of other sites a browser lets read our answers (CORS): those that may open a socket, no other, and
/// without cookies, of which there are none. Without an allowed origin no answer says anything of this.
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
                .WithExposedHeaders(HeaderNames.RetryAfter)
                .SetPreflightMaxAge(TimeSpan.FromMinutes(10))
        );
    }
}
