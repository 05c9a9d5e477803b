using System.Globalization;
using Connect.Gateway.Http.Bodies;
using Connect.Protocol;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Connect.Gateway.Http.OpenApi;

/// <summary>
/// Adds what a route says of itself to its operation: frames as answers, refusals, the token it needs.
/// </summary>
internal sealed class RouteRulesTransformer : IOpenApiOperationTransformer
{
    private const string Json = "application/json";

    public async Task TransformAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var document = context.Document!;
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var responses = operation.Responses ??= [];
        foreach (var frame in metadata.OfType<RouteRules.FrameBodyMetadata>())
        {
            foreach (var status in frame.Statuses)
            {
                responses[Text(status)] = Response(
                    ReasonPhrases.GetReasonPhrase(status),
                    Json,
                    FrameSchemas.Refer(document, frame.Shape)
                );
            }
        }

        await AddProblemSchemaAsync(document, context, cancellationToken);
        var refusals = metadata.OfType<RouteRules.RefusalMetadata>().SelectMany(each => each.Codes);
        foreach (var group in refusals.Append(ErrorCode.Internal).Distinct().GroupBy(Status).OrderBy(each => each.Key))
        {
            responses[Text(group.Key)] = Response(
                string.Join(", ", group.Select(code => $"`{ErrorCodes.Describe(code).Name}` ({(int)code})")),
                Problems.ContentType,
                new OpenApiSchemaReference(nameof(Problem), document)
            );
        }

        if (metadata.OfType<NeedsBearer>().Any())
        {
            operation.Security =
            [
                new() { [new OpenApiSecuritySchemeReference(ConnectOpenApi.BearerScheme, document)] = [] },
            ];
        }
    }

    private static async Task AddProblemSchemaAsync(
        OpenApiDocument document,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        document.Components ??= new();
        var schemas = document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        if (!schemas.ContainsKey(nameof(Problem)))
        {
            schemas[nameof(Problem)] = await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellationToken);
        }
    }

    private static int Status(ErrorCode code) => ErrorCodes.Describe(code).HttpStatus;

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static OpenApiResponse Response(string description, string contentType, IOpenApiSchema schema) =>
        new()
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType> { [contentType] = new() { Schema = schema } },
        };
}
