using Connect.Doors.Limits;
using Connect.Doors.Proxy;
using Connect.Http.Bodies;
using Connect.Http.Documents;
using Connect.Http.Exports;
using Connect.Http.OpenApi;
using Connect.Http.Pipeline;
using Connect.Http.Routes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Scalar.AspNetCore;

namespace Connect.Http;

/// <summary>The HTTP door.</summary>
public static class ConnectHttp
{
    public static IServiceCollection AddConnectHttp(this IServiceCollection services)
    {
        services.Configure<JsonOptions>(options => HttpJsonContext.Apply(options.SerializerOptions));
        // A body that fails to bind throws, so that ProblemMiddleware can explain what is wrong with it.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddCors();
        services.AddSingleton<LoginRates>();
        services.AddSingleton<PasswordGuesses>();
        services.AddSingleton<ExportGate>();
        services.AddSingleton<AccountExport>();
        services.AddConnectOpenApi();
        return services;
    }

    /// <summary>The middleware around all routes.</summary>
    public static IApplicationBuilder UseConnectHttp(this IApplicationBuilder app)
    {
        var proxies = app.ApplicationServices.GetRequiredService<TrustedProxies>();
        app.Use(
            (context, next) =>
            {
                // First of all: whatever is counted or logged is the client's, not the proxy's.
                proxies.Apply(context);
                SecurityHeaders.Add(context);
                return next(context);
            }
        );
        app.UseMiddleware<HeadMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseAllowedOrigins();
        app.UseMiddleware<RateMiddleware>();
        app.UseMiddleware<DocumentMiddleware>();
        app.UseMiddleware<BearerMiddleware>();
        var limits = app.ApplicationServices.GetRequiredService<RateLimits>();
        app.Use(next => context => RateMiddleware.InvokeForUserAsync(context, limits, next));
        return app;
    }

    /// <summary>All routes, the document at <c>/openapi/v1.json</c>, and a page for people at <c>/docs</c>.</summary>
    public static void MapConnectHttp(this IEndpointRouteBuilder routes)
    {
        routes.MapAccounts();
        routes.MapTokens();
        routes.MapDevices();
        routes.MapUsers();
        routes.MapConversations();
        routes.MapContacts();
        routes.MapPrivacy();
        routes.MapGroups();
        routes.MapMembers();
        routes.MapInvites();
        routes.MapEntries();
        routes.MapMessages();
        routes.MapOpenApi("/openapi/{documentName}.json");
        routes.MapScalarApiReference(
            "/docs",
            page =>
                page.WithTitle("Connect")
                    .WithOpenApiRoutePattern("/openapi/{documentName}.json")
                    .DisableDefaultFonts()
                    .DisableAgent()
                    .HideDeveloperTools()
                    .PreserveSchemaPropertyOrder()
                    .AddPreferredSecuritySchemes(ConnectOpenApi.BearerScheme)
                    .DisableTelemetry()
        );
    }
}
