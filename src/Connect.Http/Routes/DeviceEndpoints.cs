using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Doors.Problems;
using Connect.Http.Bodies;
using Connect.Http.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connect.Http.Routes;

/// <summary><c>/v1/me/devices</c> and <c>/v1/me/password</c>: a user's devices and password.</summary>
internal static class DeviceEndpoints
{
    public static void MapDevices(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/me/devices", ListAsync)
            .WithName("list_devices")
            .WithTags("accounts")
            .WithSummary("My devices")
            .WithDescription(
                "Most recently used first. `last_used_at` is the last login or refresh, absent when the device is "
                    + "logged out; `current` marks the caller's own, `connected` those with a session now."
            )
            .Produces<DevicesResponse>()
            .WithExample(
                answer: """
                {"devices":[{"id":"AADq3Jw8mT5rVb1nXk9LfA","name":"laptop","created_at":1795000000050,
                "last_used_at":1795000000050,"current":true,"connected":false}]}
                """
            )
            .NeedsBearer();
        routes
            .MapDelete("/v1/me/devices/{id}", RevokeAsync)
            .WithName("revoke_device")
            .WithTags("accounts")
            .WithSummary("Log out and delete one of my devices")
            .WithParameter("id", "The device's id.")
            .WithDescription(
                "Its sessions close with 4501 within 5 seconds, and its tokens are refused from then on, access tokens "
                    + "included. If it logged in through an external issuer, all tokens the issuer has issued to the "
                    + "user so far are refused."
            )
            .Produces(StatusCodes.Status204NoContent)
            .NeedsBearer()
            .Refuses(ErrorCode.NotFound, ErrorCode.Unavailable);
        routes
            .MapPost("/v1/me/password", ChangePasswordAsync)
            .WithName("change_password")
            .WithTags("accounts")
            .WithSummary("Change my password")
            .WithExample("""{"old_password":"correct horse battery","new_password":"staple correct horse"}""")
            .WithDescription(
                "Logs all other devices out and closes their sessions with 4501. A wrong old password is "
                    + "`unauthenticated` with the field `old_password`, and takes as long as a login."
            )
            .Produces(StatusCodes.Status204NoContent)
            .NeedsBearer()
            .Refuses(ErrorCode.Invalid, ErrorCode.TooLarge, ErrorCode.Overloaded, ErrorCode.Unavailable);
    }

    internal static async Task<IResult> ListAsync(
        Caller caller,
        IUserStore users,
        IConnectedDevices connected,
        CancellationToken cancellationToken
    )
    {
        var devices = await users.ListDevicesAsync(caller.User, cancellationToken);
        var online = await connected.FindAsync(caller.User);
        var answer = devices
            .OrderByDescending(device => device.Refresh?.RotatedAt ?? 0)
            .ThenByDescending(device => device.CreatedAt)
            .Select(device => new DeviceResponse(
                device.Id.ToString(),
                device.Name,
                device.CreatedAt,
                device.Refresh?.RotatedAt,
                device.Id == caller.Device,
                online.Contains(device.Id)
            ));
        return TypedResults.Json(new DevicesResponse([.. answer]), HttpJsonContext.Default.DevicesResponse);
    }

    internal static async Task<IResult> RevokeAsync(
        string id,
        Caller caller,
        LoginRevoker revoker,
        CancellationToken cancellationToken
    ) =>
        DeviceId.TryParse(id, out var device)
            ? Done(await revoker.RevokeAsync(caller.User, device, cancellationToken))
            : Problems.Result(ErrorCode.NotFound, field: "id");

    internal static async Task<IResult> ChangePasswordAsync(
        PasswordRequest body,
        Caller caller,
        PasswordChange change,
        PasswordGuesses guesses,
        HttpContext context
    )
    {
        var refusal = await guesses.TryAsync(
            context,
            caller.User,
            () =>
                change.ChangeAsync(
                    caller.User,
                    caller.Device,
                    body.OldPassword,
                    body.NewPassword,
                    context.RequestAborted
                )
        );
        return Done(refusal is { Field: "password" } ? refusal with { Field = "old_password" } : refusal);
    }

    internal static IResult Done(Refusal? refusal) =>
        refusal is null ? TypedResults.NoContent() : Problems.Result(refusal);
}
