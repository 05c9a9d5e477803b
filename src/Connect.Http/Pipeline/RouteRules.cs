using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Connect.Http.Pipeline;

/// <summary>Metadata of routes, for the middleware and the OpenAPI document.</summary>
internal static class RouteRules
{
    /// <summary>Requires an access token; without one the answer is 401.</summary>
    public static RouteHandlerBuilder NeedsBearer(this RouteHandlerBuilder route) =>
        route.WithMetadata(Pipeline.NeedsBearer.Mark).Refuses(ErrorCode.Unauthenticated, ErrorCode.TokenExpired);

    /// <summary>The errors a route may answer with.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ErrorCode[] codes) =>
        route.WithMetadata(new RefusalMetadata(codes));

    /// <summary>A rate limit of this route's own, on top of those that every route has.</summary>
    public static RouteHandlerBuilder LimitedBy(this RouteHandlerBuilder route, HttpRate rate) =>
        route.WithMetadata(new RateMetadata(rate));

    /// <summary>An answer in the shape of a frame.</summary>
    public static RouteHandlerBuilder AnswersFrame(
        this RouteHandlerBuilder route,
        MessageDescriptor shape,
        params int[] statuses
    ) => route.WithMetadata(new FrameBodyMetadata(shape, statuses.Length == 0 ? [StatusCodes.Status200OK] : statuses));

    /// <summary>Documents as required a parameter whose absence the handler answers with <c>invalid</c>.</summary>
    public static RouteHandlerBuilder NeedsParameter(this RouteHandlerBuilder route, string name) =>
        route.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                operation.Parameters?.OfType<OpenApiParameter>().Single(each => each.Name == name).Required = true;
                return Task.CompletedTask;
            }
        );

    /// <summary>What a request and its answer look like, as JSON; the OpenAPI document shows both.</summary>
    public static RouteHandlerBuilder WithExample(
        this RouteHandlerBuilder route,
        string? request = null,
        string? answer = null
    ) => route.WithMetadata(new ExampleMetadata(request, answer));

    /// <summary>Describes a parameter in the OpenAPI document.</summary>
    public static RouteHandlerBuilder WithParameter(this RouteHandlerBuilder route, string name, string text) =>
        route.WithMetadata(new ParameterMetadata(name, text));

    /// <summary>The route's <c>id</c> is a conversation's.</summary>
    public static RouteHandlerBuilder OfConversation(this RouteHandlerBuilder route) =>
        route.WithParameter("id", "The conversation's id.");

    /// <summary>The route's <c>user</c> is a user's id.</summary>
    public static RouteHandlerBuilder OfUser(this RouteHandlerBuilder route) =>
        route.WithParameter("user", "The user's id.");

    /// <summary>See <see cref="Refuses"/>.</summary>
    internal sealed record RefusalMetadata(IReadOnlyList<ErrorCode> Codes);

    /// <summary>See <see cref="LimitedBy"/>.</summary>
    internal sealed record RateMetadata(HttpRate Rate);

    /// <summary>See <see cref="AnswersFrame"/>.</summary>
    internal sealed record FrameBodyMetadata(MessageDescriptor Shape, IReadOnlyList<int> Statuses);

    /// <summary>See <see cref="WithExample"/>.</summary>
    internal sealed record ExampleMetadata(string? Request, string? Answer);

    /// <summary>See <see cref="WithParameter"/>.</summary>
    internal sealed record ParameterMetadata(string Name, string Text);
}

/// <summary>Marks a route that requires an access token.</summary>
internal sealed class NeedsBearer
{
    public static readonly NeedsBearer Mark = new();
}

/// <summary>A rate limit that a route has on top of those on all requests of an address and a user.</summary>
internal enum HttpRate
{
    /// <summary>Per address.</summary>
    Registrations,

    /// <summary>Per user.</summary>
    Reads,

    /// <summary>Per user.</summary>
    Lookups,

    /// <summary>Per user.</summary>
    Exports,
}
