using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Connect.Http.OpenApi;

/// <summary>The OpenAPI 3.1 description of the routes.</summary>
internal static class ConnectOpenApi
{
    public const string BearerScheme = "bearer";

    private static readonly Dictionary<string, string> TagDescriptions = new(StringComparer.Ordinal)
    {
        ["accounts"] = "Creating an account and managing one's own.",
        ["tokens"] = "Logging a device in and out.",
        ["users"] = "Finding others.",
        ["conversations"] = "Reading and writing.",
        ["groups"] = "Groups, their members, and invites.",
        ["people"] = "Contacts, blocks and privacy.",
    };

    public static void AddConnectOpenApi(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.AddDocumentTransformer(DescribeAsync);
                options.AddOperationTransformer<RouteRulesTransformer>();
            }
        );

    private static Task DescribeAsync(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        document.Info = new()
        {
            Title = "Connect",
            Version = "v1",
            Description =
                "The HTTP API of Connect, a text-chat service. Everything live goes over the WebSocket at "
                + "`/v1/connect`; its frames share the shapes and the error codes. Ids are opaque strings, "
                + "times are milliseconds since the epoch (UTC), fields without a value are absent. Errors are "
                + "`application/problem+json` (RFC 9457).",
            License = new() { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };

        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
        {
            tag.Description = TagDescriptions.GetValueOrDefault(tag.Name ?? "");
        }

        // Relative to wherever the document was fetched from: it names no host.
        document.Servers = [new() { Url = "/" }];
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "The `access_token` of `POST /v1/tokens`.",
        };
        return Task.CompletedTask;
    }
}
