using Connect.Server.Configuration;

namespace Connect.Server.Web;

/// <summary>
/// Serves the web client at <c>/</c>. It keeps its place in the part of its address that is never sent, so <c>/</c>
/// is the only page; whatever else is not a file of it is as unknown as before.
/// </summary>
internal static class WebClient
{
    /// <summary>The folder beside the program into which the build puts it.</summary>
    private const string DefaultFolder = "wwwroot";

    private const string NotBuilt = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>Connect</title>
        <h1>Connect is running</h1>
        <p>The web client is not part of this server: it was built without it, which takes Node.js 20 or newer.
        The terminal client and all programs work.</p>
        <p><a href="/docs">The HTTP interface</a></p>
        </html>

        """;

    public static void MapWebClient(this IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<ServerOptions>().Web;
        if (!options.Enabled)
        {
            routes.MapGet("/", () => Results.Redirect("/docs")).ExcludeFromDescription();
            return;
        }

        var folder = Path.GetFullPath(options.Folder ?? Path.Combine(AppContext.BaseDirectory, DefaultFolder));
        var log = routes.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(WebClient));
        var files = Read(folder, log);
        foreach (var file in files)
        {
            routes.MapFile(file.Path, file);
        }

        if (files.FirstOrDefault(each => each.Path == WebClientFolder.IndexPath) is { } index)
        {
            routes.MapFile("/", index);
        }
        else
        {
            routes.MapGet("/", TellNotBuilt).ExcludeFromDescription();
        }
    }

    private static void MapFile(this IEndpointRouteBuilder routes, string path, WebFile file) =>
        routes.MapGet(path, context => AnswerAsync(context, file)).ExcludeFromDescription();

    private static IReadOnlyList<WebFile> Read(string folder, ILogger log)
    {
        try
        {
            var files = WebClientFolder.Read(folder);
            if (files.Count == 0)
            {
                WebClientLog.NotBuilt(log, folder);
            }
            else
            {
                WebClientLog.Serving(log, folder, files.Count, files.Sum(each => each.Size));
            }

            return files;
        }
        catch (Exception exception)
            when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // Chat over everything else is worth more than this page.
            WebClientLog.CannotServe(log, folder, exception.Message);
            return [];
        }
    }

    private static Task AnswerAsync(HttpContext context, WebFile file)
    {
        WebClientHeaders.Add(context.Response.Headers);
        return file.Document.AnswerAsync(context);
    }

    private static IResult TellNotBuilt(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(NotBuilt, "text/html; charset=utf-8", statusCode: StatusCodes.Status404NotFound);
    }
}
