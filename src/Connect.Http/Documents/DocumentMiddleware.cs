using Microsoft.AspNetCore.Http;

namespace Connect.Http.Documents;

/// <summary>
/// Answers what describes the interface from memory. Making the OpenAPI document takes 30 ms of a core, and whoever
/// asks needs no token.
/// </summary>
internal sealed class DocumentMiddleware(RequestDelegate next)
{
    private const string ForAnHour = "public, max-age=3600";

    /// <summary>The paths that are served this way: each of them holds memory for good.</summary>
    private readonly Dictionary<string, OnceDocument> _documents = new[]
    {
        ("/openapi/v1.json", FixedDocument.Revalidated),
        ("/docs", FixedDocument.Revalidated),
        ("/docs/", FixedDocument.Revalidated),
        ("/docs/scalar.js", ForAnHour),
        ("/docs/scalar.aspnetcore.js", ForAnHour),
    }.ToDictionary(
        each => each.Item1,
        each => new OnceDocument(each.Item1, each.Item2),
        StringComparer.OrdinalIgnoreCase
    );

    public async Task InvokeAsync(HttpContext context)
    {
        if (
            !HttpMethods.IsGet(context.Request.Method)
            || context.GetEndpoint() is not { RequestDelegate: not null } endpoint
            || !_documents.TryGetValue(context.Request.Path.Value ?? "", out var once)
            || await once.GetAsync(context, endpoint) is not { } document
        )
        {
            await next(context);
            return;
        }

        await document.AnswerAsync(context);
    }
}
