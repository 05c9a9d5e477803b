using Connect.Client.Http;

namespace Connect.Client;

/// <summary>Groups and invites.</summary>
public sealed partial class ConnectClient
{
    /// <summary>
    /// Creates a group, of which this user is the owner. Contacts of this user become members at once, others are
    /// invited.
    /// </summary>
    /// <param name="title">1 to 256 bytes of UTF-8.</param>
    /// <param name="users">Ids of up to 499 other users.</param>
    /// <param name="cancellationToken">Ends the wait; whether the group was made is then not known.</param>
    /// <exception cref="ConnectException">
    /// One of the users cannot be added (forbidden), they are too many (group_full, too_large), or no connection.
    /// </exception>
    public async Task<Conversation> CreateGroupAsync(
        string title,
        IReadOnlyList<string> users,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(title);
        ArgumentNullException.ThrowIfNull(users);
        var key = NewKey();
        var made = await CallAsync(
                (token, cancel) => Groups.CreateAsync(token, key, title, users, cancel),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new(this, made.Conversation, "");
    }

    /// <summary>The invites that wait for this user's answer, the newest first.</summary>
    public async Task<IReadOnlyList<GroupInvite>> InvitesAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync(Groups.InvitesAsync, cancellationToken).ConfigureAwait(false);
        return
        [
            .. answer.Invites.Select(each => new GroupInvite(
                each.Conversation,
                each.Title,
                each.MemberCount,
                each.InvitedBy,
                each.InvitedByUsername ?? "",
                DateTimeOffset.FromUnixTimeMilliseconds(each.InvitedAt),
                DateTimeOffset.FromUnixTimeMilliseconds(each.ExpiresAt)
            )),
        ];
    }

    /// <summary>Joins a group this user is invited to.</summary>
    /// <exception cref="ConnectException">There is no such invite any more (not_found).</exception>
    public async Task<Conversation> AcceptInviteAsync(
        string conversation,
        CancellationToken cancellationToken = default
    )
    {
        await AnswerInviteAsync(conversation, accept: true, cancellationToken).ConfigureAwait(false);
        return new(this, conversation, "");
    }

    /// <summary>Declines an invite; to the group it looks as if it had lapsed.</summary>
    /// <exception cref="ConnectException">There is no such invite any more (not_found).</exception>
    public Task DeclineInviteAsync(string conversation, CancellationToken cancellationToken = default) =>
        AnswerInviteAsync(conversation, accept: false, cancellationToken);

    /// <summary>A cid for a change: as of a message its time is the server's.</summary>
    internal string NewKey() => Guid.CreateVersion7(_engine.ServerTime).ToString();

    private Task<ChangeAnswer> AnswerInviteAsync(string conversation, bool accept, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(conversation);
        return CallAsync((token, cancel) => Groups.AnswerAsync(token, conversation, accept, cancel), cancellationToken);
    }
}
