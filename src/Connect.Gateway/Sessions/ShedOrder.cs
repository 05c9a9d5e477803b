using Connect.Contracts.Identifiers;
using Connect.Doors.Limits;

namespace Connect.Gateway.Sessions;

/// <summary>
/// Who goes first when memory lacks: by what the sessions hold, those of one user or of one address together, and never
/// by how long they have been there. Pure.
/// </summary>
internal static class ShedOrder
{
    /// <summary>Bytes that a connection takes without holding anything: its buffers, and those of TLS.</summary>
    public const long ConnectionBytes = 50 * 1024;

    /// <summary>
    /// The heavy ones, those of whose user or address hold most together first, and of these the heaviest; then the
    /// light ones, those first of whose user or address there is most.
    /// </summary>
    /// <param name="sessions">All that may go.</param>
    /// <param name="light">Bytes up to which a session is light, as nearly all are.</param>
    public static List<SessionLoad<TSession>> Sort<TSession>(
        IReadOnlyCollection<SessionLoad<TSession>> sessions,
        long light
    )
    {
        var (users, addresses) = (new Dictionary<UserId, long>(), new Dictionary<ClientAddress, long>());
        foreach (var each in sessions)
        {
            var bytes = each.HeldBytes + ConnectionBytes;
            users[each.User] = users.GetValueOrDefault(each.User) + bytes;
            addresses[each.Address] = addresses.GetValueOrDefault(each.Address) + bytes;
        }

        return
        [
            .. sessions
                .OrderByDescending(each => each.HeldBytes > light)
                .ThenByDescending(each => Math.Max(users[each.User], addresses[each.Address]))
                .ThenByDescending(each => users[each.User])
                .ThenByDescending(each => each.HeldBytes)
                .ThenBy(each => each.User.Value),
        ];
    }
}

/// <summary>What one session costs.</summary>
/// <param name="Session">Which.</param>
/// <param name="User">Whose; none before it said.</param>
/// <param name="Address">From where.</param>
/// <param name="HeldBytes">What waits for it and what it made the node remember.</param>
internal readonly record struct SessionLoad<TSession>(
    TSession Session,
    UserId User,
    ClientAddress Address,
    long HeldBytes
);
