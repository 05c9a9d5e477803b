using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Delivery.Watching;
using Connect.Doors.Limits;
using Connect.Doors.Wire;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using Google.Protobuf.Collections;

namespace Connect.Gateway.Commands;

/// <summary>
/// <c>watch</c>: whose presence the session is told. The reader bounded both lists; ids that are none are refused,
/// users that do not exist are offline like all that the user may not see.
/// </summary>
internal sealed class WatchCommand(PresenceService presence, RateLimits rates)
{
    /// <summary>Users whose presence costs about as much as a page of a list.</summary>
    private const int UsersPerRead = 50;

    public async Task ExecuteAsync(SessionCommands caller, SessionRequest request, Watch watch)
    {
        var session = caller.Session;
        if (!TryParse(watch.Add, out var add))
        {
            session.Fail(request, ErrorCode.Invalid, "add");
            return;
        }

        if (!TryParse(watch.Remove, out var remove))
        {
            session.Fail(request, ErrorCode.Invalid, "remove");
            return;
        }

        var wait = rates.Reads.Take(session.User, 1 + (add.Length / UsersPerRead));
        if (wait > TimeSpan.Zero)
        {
            caller.Slow(request, wait);
            return;
        }

        if (await presence.WatchAsync(session, add, remove, users => Answer(session, request, users)))
        {
            session.Answered(request);
        }
        else
        {
            session.Fail(request, ErrorCode.TooLarge, "add");
        }
    }

    private static void Answer(Session session, SessionRequest request, IReadOnlyList<PresenceSighting> users)
    {
        var presence = new Presence();
        presence.Users.Add(users.Select(WireMapping.ToWire));
        session.Queue.AddPresenceAnswer(new ServerFrame { Id = request.Id, Presence = presence });
    }

    private static bool TryParse(RepeatedField<string> texts, out ImmutableArray<UserId> users)
    {
        var parsed = new HashSet<UserId>(texts.Count);
        users = [];
        foreach (var text in texts)
        {
            if (!UserId.TryParse(text, out var user) || user.IsNone)
            {
                return false;
            }

            parsed.Add(user);
        }

        users = [.. parsed];
        return true;
    }
}
