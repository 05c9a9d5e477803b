using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Connect.Http.Pipeline;

/// <summary>What routes say of themselves, for the middleware and for the OpenAPI document.</summary>
internal static class RouteRules
{
    /// <summary>A caller with an access token is needed; without one the answer is 401.</summary>
    public static RouteHandlerBuilder NeedsBearer(this RouteHandlerBuilder route) =>
        route.WithMetadata(Pipeline.NeedsBearer.Mark).Refuses(ErrorCode.Unauthenticated, ErrorCode.TokenExpired);

    /// <summary>The errors a route may answer with.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ErrorCode[] codes) =>
        route.WithMetadata(new RefusalMetadata(codes));

    /// <summary>A rate of this route's own; every route answers <c>rate_limited</c> when asked too often.</summary>
    public static RouteHandlerBuilder LimitedBy(this RouteHandlerBuilder route, HttpRate rate) =>
        route.WithMetadata(new RateMetadata(rate));

    /// <summary>An answer in the shape of a frame.</summary>
    public static RouteHandlerBuilder AnswersFrame(
        this RouteHandlerBuilder route,
        MessageDescriptor shape,
        params int[] statuses
    ) => route.WithMetadata(new FrameBodyMetadata(shape, statuses.Length == 0 ? [StatusCodes.Status200OK] : statuses));

    /// <summary>Without this parameter the answer is <c>invalid</c>, though the framework would let it pass.</summary>
    public static RouteHandlerBuilder NeedsParameter(this RouteHandlerBuilder route, string name) =>
        route.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                operation.Parameters?.OfType<OpenApiParameter>().Single(each => each.Name == name).Required = true;
                return Task.CompletedTask;
            }
        );

    /// <summary>See <see cref="Refuses"/>.</summary>
    internal sealed record RefusalMetadata(IReadOnlyList<ErrorCode> Codes);

    /// <summary>See <see cref="LimitedBy"/>.</summary>
    internal sealed record RateMetadata(HttpRate Rate);

    /// <summary>See <see cref="AnswersFrame"/>.</summary>
    internal sealed record FrameBodyMetadata(MessageDescriptor Shape, IReadOnlyList<int> Statuses);
}
