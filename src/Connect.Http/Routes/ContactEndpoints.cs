using System.Collections.Immutable;
using Connect.Accounts.Names;
using Connect.Accounts.People;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/contacts</c> and <c>/v1/blocks</c>.</summary>
internal static class ContactEndpoints
{
    public static void MapContacts(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/contacts", ListAsync)
            .WithName("list_contacts")
            .WithTags("people")
            .WithSummary("My contacts and open requests")
            .WithDescription(
                "Sorted by name. `state` is `contact`, `requested` (the caller asked) or `asked` (the other asks)."
            )
            .Produces<ContactsResponse>()
            .WithExample(
                answer: """
                {"contacts":[{"user":"AABsG7n1Xr2m0pWqT5cZ4w","username":"bob","state":"contact",
                "since":1795000000123}]}
                """
            )
            .NeedsBearer();
        Map(routes.MapPut("/v1/contacts/{user}", RequestAsync), "request_contact", "Request a user as a contact")
            .WithDescription(
                "Accepts their request if there is one. The answer is the same `forbidden` for a user who does not "
                    + "exist, is gone, or blocks the caller."
            )
            .Refuses(ErrorCode.Invalid, ErrorCode.Forbidden, ErrorCode.RateLimited);
        Map(routes.MapPost("/v1/contacts/{user}/accept", AcceptAsync), "accept_contact", "Accept a request")
            .WithDescription("The two are contacts from then on: each sees when the other is online.")
            .Refuses(ErrorCode.NotFound, ErrorCode.Forbidden, ErrorCode.RateLimited);
        Map(routes.MapPost("/v1/contacts/{user}/decline", DeclineAsync), "decline_contact", "Decline a request")
            .WithDescription("The requester is not told.")
            .Refuses(ErrorCode.NotFound);
        Map(
                routes.MapDelete("/v1/contacts/{user}", RemoveAsync),
                "remove_contact",
                "Remove a contact, or withdraw my request"
            )
            .WithDescription("Ends it on both sides. The other is not told; the conversation stays.");
        routes
            .MapGet("/v1/blocks", ListBlocksAsync)
            .WithName("list_blocks")
            .WithTags("people")
            .WithSummary("Users I block")
            .WithDescription("Sorted by name. Nobody else sees this list.")
            .Produces<BlocksResponse>()
            .WithExample(
                answer: """{"blocks":[{"user":"AABsG7n1Xr2m0pWqT5cZ4w","username":"bob","since":1795000000123}]}"""
            )
            .NeedsBearer();
        Map(routes.MapPut("/v1/blocks/{user}", BlockAsync), "block_user", "Block a user")
            .WithDescription(
                "Once this answers, the direct conversation is closed to them. They are not told, and the two are no "
                    + "longer contacts."
            )
            .Refuses(ErrorCode.Invalid, ErrorCode.Forbidden, ErrorCode.RateLimited);
        Map(routes.MapDelete("/v1/blocks/{user}", UnblockAsync), "unblock_user", "Unblock a user")
            .WithDescription(
                "They may write again. What they sent meanwhile was refused, and the two are not contacts until one "
                    + "asks and the other accepts."
            );
    }

    private static RouteHandlerBuilder Map(RouteHandlerBuilder route, string name, string summary) =>
        route
            .WithName(name)
            .WithTags("people")
            .WithSummary(summary)
            .Produces(StatusCodes.Status204NoContent)
            .OfUser()
            .NeedsBearer()
            .Refuses(ErrorCode.Overloaded);

    internal static async Task<IResult> ListAsync(
        Caller caller,
        Contacts contacts,
        KnownUsers users,
        CancellationToken cancellationToken
    )
    {
        var shown = ImmutableArray.CreateBuilder<ContactResponse>();
        foreach (var (mine, state) in await contacts.ListAsync(caller.User, cancellationToken))
        {
            if (await users.FindNameAsync(mine.Other) is { } name)
            {
                var since = state == RelationState.Asked ? mine.AskedAt : mine.WantedAt;
                var word = state.ToString().ToLowerInvariant();
                shown.Add(new(mine.Other.ToString(), name, word, since));
            }
        }

        shown.Sort((one, other) => string.CompareOrdinal(one.Username, other.Username));
        return TypedResults.Json(
            new ContactsResponse(shown.DrainToImmutable()),
            HttpJsonContext.Default.ContactsResponse
        );
    }

    internal static Task<IResult> RequestAsync(
        string user,
        Caller caller,
        Contacts contacts,
        CancellationToken cancellationToken
    ) => DoAsync(user, other => contacts.RequestAsync(caller.User, other, cancellationToken), ErrorCode.Forbidden);

    internal static Task<IResult> AcceptAsync(
        string user,
        Caller caller,
        Contacts contacts,
        CancellationToken cancellationToken
    ) => DoAsync(user, other => contacts.AcceptAsync(caller.User, other, cancellationToken), ErrorCode.NotFound);

    internal static Task<IResult> DeclineAsync(
        string user,
        Caller caller,
        Contacts contacts,
        CancellationToken cancellationToken
    ) => DoAsync(user, other => contacts.DeclineAsync(caller.User, other, cancellationToken), ErrorCode.NotFound);

    internal static Task<IResult> RemoveAsync(
        string user,
        Caller caller,
        Contacts contacts,
        CancellationToken cancellationToken
    ) => DoAsync(user, other => contacts.RemoveAsync(caller.User, other, cancellationToken), ErrorCode.None);

    internal static async Task<IResult> ListBlocksAsync(
        Caller caller,
        Blocks blocks,
        KnownUsers users,
        CancellationToken cancellationToken
    )
    {
        var shown = ImmutableArray.CreateBuilder<BlockResponse>();
        foreach (var row in await blocks.ListAsync(caller.User, cancellationToken))
        {
            // Somebody who is gone needs no block any more, and has no name to show.
            if (await users.FindNameAsync(row.Other) is { } name)
            {
                shown.Add(new(row.Other.ToString(), name, row.BlockedAt));
            }
        }

        shown.Sort((one, other) => string.CompareOrdinal(one.Username, other.Username));
        return TypedResults.Json(new BlocksResponse(shown.DrainToImmutable()), HttpJsonContext.Default.BlocksResponse);
    }

    internal static Task<IResult> BlockAsync(
        string user,
        Caller caller,
        Blocks blocks,
        CancellationToken cancellationToken
    ) => DoAsync(user, other => blocks.BlockAsync(caller.User, other, cancellationToken), ErrorCode.Forbidden);

    internal static Task<IResult> UnblockAsync(
        string user,
        Caller caller,
        Blocks blocks,
        CancellationToken cancellationToken
    ) => DoAsync(user, other => blocks.UnblockAsync(caller.User, other, cancellationToken), ErrorCode.None);

    /// <param name="unknown">The answer to a malformed id, the same as to a user who does not exist.</param>
    private static async Task<IResult> DoAsync(string user, Func<UserId, ValueTask<Refusal?>> act, ErrorCode unknown)
    {
        if (UserId.TryParse(user, out var other) && !other.IsNone)
        {
            return DeviceEndpoints.Done(await act(other));
        }

        return unknown == ErrorCode.None ? TypedResults.NoContent() : Problems.Result(unknown, field: "user");
    }
}
