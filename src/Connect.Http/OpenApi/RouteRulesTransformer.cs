using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Connect.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Connect.Http.OpenApi;

/// <summary>
/// Adds a route's metadata to its operation: answers in the shape of frames, errors, the token, examples.
/// </summary>
internal sealed class RouteRulesTransformer : IOpenApiOperationTransformer
{
    private const string Json = "application/json";

    /// <summary>Errors that any route may answer with.</summary>
    private static readonly ErrorCode[] OfAll = [ErrorCode.Internal, ErrorCode.RateLimited];

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
        foreach (var group in refusals.Concat(OfAll).Distinct().GroupBy(Status).OrderBy(each => each.Key))
        {
            responses[Text(group.Key)] = Refusal(document, group.Key, [.. group]);
        }

        if (operation.RequestBody is not null)
        {
            responses[Text(StatusCodes.Status415UnsupportedMediaType)] = Refusal(
                document,
                StatusCodes.Status415UnsupportedMediaType,
                ErrorCode.Invalid
            );
        }

        // Empty means that no token is needed; absent would mean unspecified.
        operation.Security = metadata.OfType<NeedsBearer>().Any()
            ? [new() { [new OpenApiSecuritySchemeReference(ConnectOpenApi.BearerScheme, document)] = [] }]
            : [];
        AddExamples(operation, metadata);
    }

    private static void AddExamples(OpenApiOperation operation, IList<object> metadata)
    {
        foreach (var example in metadata.OfType<RouteRules.ExampleMetadata>())
        {
            SetExample(operation.RequestBody?.Content, example.Request);
            foreach (var (_, response) in operation.Responses!.Where(each => each.Key[0] == '2'))
            {
                SetExample(response.Content, example.Answer);
            }
        }

        foreach (var described in metadata.OfType<RouteRules.ParameterMetadata>())
        {
            var parameters = operation.Parameters?.OfType<OpenApiParameter>() ?? [];
            foreach (var parameter in parameters.Where(each => each.Name == described.Name))
            {
                parameter.Description = described.Text;
            }
        }
    }

    private static void SetExample(IDictionary<string, OpenApiMediaType>? content, string? json)
    {
        if (json is not null && content is not null && content.TryGetValue(Json, out var media))
        {
            media.Example = JsonNode.Parse(json);
        }
    }

    /// <summary>The problems of one status, with the first as the example.</summary>
    private static OpenApiResponse Refusal(OpenApiDocument document, int status, params ErrorCode[] codes)
    {
        var response = Response(
            string.Join(", ", codes.Select(code => $"`{ErrorCodes.Describe(code).Name}` ({(int)code})")),
            Problems.ContentType,
            new OpenApiSchemaReference(nameof(Problem), document)
        );
        var problem = Problems.Describe(codes[0], status: status) with { RequestId = "0HNQ1V3CK7Q2M:00000001" };
        response.Content![Problems.ContentType].Example = JsonSerializer.SerializeToNode(
            problem,
            HttpJsonContext.Default.Problem
        );
        return response;
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
