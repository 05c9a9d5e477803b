namespace Connect.Server.Health;

/// <summary>
/// For load balancers and supervisors. <c>live</c>: the process answers; if not, restart it. <c>ready</c>: send it
/// traffic; 503 while it starts, stops or its store takes no writes, with the reason as text.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz/live", () => Results.Text("live\n")).ExcludeFromDescription();
        routes
            .MapGet(
                "/healthz/ready",
                (Readiness readiness) =>
                    readiness.Refusal is { } refusal
                        ? Results.Text(refusal + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
                        : Results.Text("ready\n")
            )
            .ExcludeFromDescription();
    }
}
