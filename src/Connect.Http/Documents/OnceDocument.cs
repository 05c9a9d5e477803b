using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Connect.Http.Documents;

/// <summary>The answer of an endpoint, asked for once, when somebody first wants it.</summary>
internal sealed class OnceDocument(string path, string cacheControl)
{
    private readonly Lock _gate = new();
    private Task<FixedDocument?>? _making;

    /// <summary>The document; null when the endpoint has none.</summary>
    public async ValueTask<FixedDocument?> GetAsync(HttpContext context, Endpoint endpoint)
    {
        Task<FixedDocument?> making;
        lock (_gate)
        {
            if (_making is null)
            {
                // In a scope of its own: whoever asked may be gone before the end.
                var scope = context.RequestServices.CreateAsyncScope();
                var scheme = context.Request.Scheme;
                _making = Task.Run(() => MakeAsync(scope, scheme, endpoint));
            }

            making = _making;
        }

        try
        {
            return await making.WaitAsync(context.RequestAborted);
        }
        finally
        {
            // What failed, or was not there, is asked for again.
            if (making.IsCompleted && (!making.IsCompletedSuccessfully || making.Result is null))
            {
                _ = Interlocked.CompareExchange(ref _making, null, making);
            }
        }
    }

    /// <summary>
    /// Asks without what a caller's request says: neither a copy that they have nor a form they like.
    /// </summary>
    private async Task<FixedDocument?> MakeAsync(AsyncServiceScope scope, string scheme, Endpoint endpoint)
    {
        await using (scope)
        {
            using var body = new MemoryStream();
            var asked = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
            asked.Request.Method = HttpMethods.Get;
            asked.Request.Scheme = scheme;
            asked.Request.Host = new("localhost");
            asked.Request.Path = path;
            asked.Request.RouteValues = RouteValuesOf(path);
            asked.SetEndpoint(endpoint);
            asked.Response.Body = body;
            await endpoint.RequestDelegate!(asked);
            await asked.Response.CompleteAsync();
            return asked.Response is { StatusCode: StatusCodes.Status200OK, ContentType: { } type }
                ? FixedDocument.Create(body.ToArray(), type, cacheControl)
                : null;
        }
    }

    /// <summary>The document's name, as the route of the OpenAPI documents has it.</summary>
    private static Microsoft.AspNetCore.Routing.RouteValueDictionary RouteValuesOf(string path) =>
        path.StartsWith("/openapi/", StringComparison.Ordinal)
            ? new() { ["documentName"] = Path.GetFileNameWithoutExtension(path) }
            : [];
}
