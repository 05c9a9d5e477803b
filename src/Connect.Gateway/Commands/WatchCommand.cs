using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using Google.Protobuf.Collections;

namespace Connect.Gateway.Commands;

/// <summary>
/// <c>watch</c>: whose presence the session is told. The reader bounded both lists; ids that are none are refused,
/// users that do not exist are offline like all that the user may not see.
/// </summary>
internal static class WatchCommand
{
    public static async Task ExecuteAsync(Session session, SessionRequest request, Watch watch)
    {
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

        var wait = session.Services.Rates.Reads.Take(session.User);
        if (wait > TimeSpan.Zero)
        {
            session.Slow(request, wait);
            return;
        }

        if (!await session.Services.Presence.WatchAsync(session, request, add, remove))
        {
            session.Fail(request, ErrorCode.TooLarge, "add");
        }
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
