using Role = Connect.Protocol.V1.Role;

namespace Connect.Client;

/// <summary>What only a group has: members, roles, a title. Each call may be made again without harm.</summary>
public sealed partial class Conversation
{
    /// <summary>
    /// Members, invited users, and former members that this user met, in the order in which they first came.
    /// </summary>
    /// <exception cref="ConnectException">
    /// This user is not a member (not_member, not_found), or no connection (unavailable).
    /// </exception>
    public async Task<IReadOnlyList<GroupMember>> MembersAsync(CancellationToken cancellationToken = default)
    {
        var answer = await _client
            .CallAsync((token, cancel) => _client.Groups.MembersAsync(token, Id, cancel), cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. answer.Members.Select(each => new GroupMember(
                each.User,
                each.Username ?? "",
                Enum.TryParse<Role>(each.Role, ignoreCase: true, out var role) ? role : Role.Unspecified,
                each.InvitedBy ?? ""
            )),
        ];
    }

    /// <summary>Adds contacts of this user and invites others; existing members are skipped.</summary>
    /// <exception cref="ConnectException">
    /// Not allowed (forbidden), no room (group_full), or too many pending invites (rate_limited).
    /// </exception>
    public async Task<GroupAddition> AddMembersAsync(
        IReadOnlyList<string> users,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(users);
        var key = _client.NewKey();
        var answer = await _client
            .CallAsync((token, cancel) => _client.Groups.AddAsync(token, key, Id, users, cancel), cancellationToken)
            .ConfigureAwait(false);
        return new(answer.Added ?? [], answer.Invited ?? []);
    }

    /// <summary>Removes a member below this user's role.</summary>
    /// <exception cref="ConnectException">
    /// Their role is not below this user's (forbidden), they are no member (not_found), or no connection.
    /// </exception>
    public Task RemoveMemberAsync(string user, CancellationToken cancellationToken = default) =>
        _client.CallAsync((token, cancel) => _client.Groups.RemoveAsync(token, Id, user, cancel), cancellationToken);

    /// <summary>Takes the invite of a user back. To the group it looks as if it had lapsed.</summary>
    /// <exception cref="ConnectException">
    /// Not allowed (forbidden), no such invite (not_found), or no connection.
    /// </exception>
    public Task WithdrawInviteAsync(string user, CancellationToken cancellationToken = default) =>
        _client.CallAsync((token, cancel) => _client.Groups.WithdrawAsync(token, Id, user, cancel), cancellationToken);

    /// <summary>
    /// Leaves. An owner is followed by the longest-standing admin, else member; after the last one nobody can read the
    /// group any more.
    /// </summary>
    /// <exception cref="ConnectException">
    /// This user is not a member (not_member, not_found), or no connection.
    /// </exception>
    public async Task LeaveAsync(CancellationToken cancellationToken = default)
    {
        var me = await _client.FindSelfAsync(cancellationToken).ConfigureAwait(false);
        await RemoveMemberAsync(me, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Changes the role of a member below this user's role, up to this user's own: an owner who hands over ownership
    /// becomes admin.
    /// </summary>
    /// <exception cref="ConnectException">Not allowed (forbidden), no member (not_found), or no connection.</exception>
    public Task SetRoleAsync(string user, Role role, CancellationToken cancellationToken = default) =>
        _client.CallAsync(
            (token, cancel) => _client.Groups.SetRoleAsync(token, Id, user, role, cancel),
            cancellationToken
        );

    /// <summary>Renames the group.</summary>
    /// <param name="title">1 to 256 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">
    /// Not allowed (forbidden), no title (invalid, too_large), or no connection.
    /// </exception>
    public Task RenameAsync(string title, CancellationToken cancellationToken = default) =>
        _client.CallAsync((token, cancel) => _client.Groups.RenameAsync(token, Id, title, cancel), cancellationToken);
}
