namespace Connect.Client;

/// <summary>Other users: contacts, blocks, privacy, and who is there.</summary>
public sealed partial class ConnectClient
{
    /// <summary>The id of a user by the exact name.</summary>
    /// <exception cref="ConnectException">There is no such user (not_found), or no connection.</exception>
    public async Task<string> FindUserAsync(string username, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(username);
        return (await FindAsync(username, cancellationToken).ConfigureAwait(false)).Id;
    }

    /// <summary>Contacts, and requests in both directions.</summary>
    /// <exception cref="ConnectException">No connection.</exception>
    public async Task<IReadOnlyList<Contact>> ContactsAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync(People.ContactsAsync, cancellationToken).ConfigureAwait(false);
        return
        [
            .. answer.Contacts.Select(each => new Contact(
                each.User,
                each.Username ?? "",
                Enum.TryParse<ContactState>(each.State, ignoreCase: true, out var state) ? state : default,
                DateTimeOffset.FromUnixTimeMilliseconds(each.Since)
            )),
        ];
    }

    /// <summary>Asks a user to become a contact; accepts where they have asked already.</summary>
    /// <param name="user">Their id, see <see cref="FindUserAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">
    /// They are unknown, gone, or block this user (forbidden), one of the two has too many (rate_limited), or no
    /// connection.
    /// </exception>
    public Task RequestContactAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.RequestContactAsync(token, Given(user), cancel), cancellationToken);

    /// <summary>Accepts a user who asks.</summary>
    /// <exception cref="ConnectException">They do not ask (not_found), or no connection.</exception>
    public Task AcceptContactAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.AnswerContactAsync(token, Given(user), true, cancel), cancellationToken);

    /// <summary>Declines a user who asks; they are not told.</summary>
    /// <exception cref="ConnectException">They do not ask (not_found), or no connection.</exception>
    public Task DeclineContactAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.AnswerContactAsync(token, Given(user), false, cancel), cancellationToken);

    /// <summary>Ends a contact, or takes this user's own request back. The other is not told.</summary>
    /// <exception cref="ConnectException">No connection.</exception>
    public Task RemoveContactAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.RemoveContactAsync(token, Given(user), cancel), cancellationToken);

    /// <summary>Whom this user blocks.</summary>
    /// <exception cref="ConnectException">No connection.</exception>
    public async Task<IReadOnlyList<BlockedUser>> BlocksAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync(People.BlocksAsync, cancellationToken).ConfigureAwait(false);
        return
        [
            .. answer.Blocks.Select(each => new BlockedUser(
                each.User,
                each.Username ?? "",
                DateTimeOffset.FromUnixTimeMilliseconds(each.Since)
            )),
        ];
    }

    /// <summary>
    /// Blocks a user: when it returns, what they send to the direct conversation is refused, and neither sees presence,
    /// typing or receipts of the other anywhere. A contact between the two is over.
    /// </summary>
    /// <exception cref="ConnectException">There is no such user, too many are blocked, or no connection.</exception>
    public Task BlockAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.SetBlockedAsync(token, Given(user), true, cancel), cancellationToken);

    /// <summary>Ends a block. The contact does not come back by that.</summary>
    /// <exception cref="ConnectException">No connection.</exception>
    public Task UnblockAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.SetBlockedAsync(token, Given(user), false, cancel), cancellationToken);

    /// <summary>What others are to see of this user.</summary>
    /// <exception cref="ConnectException">No connection.</exception>
    public async Task<UserPrivacy> PrivacyAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync(People.PrivacyAsync, cancellationToken).ConfigureAwait(false);
        return new(answer.Presence ?? true, answer.ReadReceipts ?? true);
    }

    /// <summary>Changes what others are to see of this user, and gives what holds now.</summary>
    /// <param name="presence">Whether this user is online; null = as before.</param>
    /// <param name="readReceipts">What this user has read; null = as before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">No connection.</exception>
    public async Task<UserPrivacy> SetPrivacyAsync(
        bool? presence = null,
        bool? readReceipts = null,
        CancellationToken cancellationToken = default
    )
    {
        var answer = await CallAsync(
                (token, cancel) => People.SetPrivacyAsync(token, new(presence, readReceipts), cancel),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new(answer.Presence ?? true, answer.ReadReceipts ?? true);
    }

    /// <summary>
    /// Whether somebody is looking. A client in the background is told no typing and no presence; entries come as
    /// before. Active unless set otherwise; kept over reconnects.
    /// </summary>
    public Task SetActiveAsync(bool isActive, CancellationToken cancellationToken = default) =>
        DoAsync(machine => machine.Attention.SetActive(isActive), cancellationToken);

    /// <summary>
    /// The conversations that are on screen now, in place of those named before: who types is told of these alone. Kept
    /// over reconnects. An open <see cref="ConversationView"/> counts by itself.
    /// </summary>
    /// <param name="conversations">Their ids, at most 32.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are too many.</exception>
    public Task SetOpenAsync(IReadOnlyList<string> conversations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conversations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(conversations.Count, ProtocolLimits.OpenConversations);
        IReadOnlyList<string> open = [.. conversations];
        return DoAsync(machine => machine.Attention.SetOpen(this, open), cancellationToken);
    }

    /// <summary>
    /// Watches the presence of users beside those watched before: what is known comes as <see cref="PresenceChanged"/>,
    /// at once and with each change. Kept over reconnects. Of users who do not let this user see it nothing is told.
    /// </summary>
    /// <param name="users">Their ids.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WatchAsync(IEnumerable<string> users, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(users);
        List<string> added = [.. users];
        return DoAsync(
            machine => machine.Attention.SetWatched(this, machine.Attention.WatchedBy(this).Union(added)),
            cancellationToken
        );
    }

    /// <summary>Ends <see cref="WatchAsync"/> for these users.</summary>
    public Task UnwatchAsync(IEnumerable<string> users, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(users);
        List<string> removed = [.. users];
        return DoAsync(
            machine => machine.Attention.SetWatched(this, machine.Attention.WatchedBy(this).Except(removed)),
            cancellationToken
        );
    }

    /// <summary>
    /// What is known now of somebody who is watched; null = nothing, because they do not let this user see it, are not
    /// watched, or the server has not answered yet. While the connection is lost it is what was known last.
    /// </summary>
    public Task<UserPresence?> PresenceAsync(string user, CancellationToken cancellationToken = default) =>
        _engine.CallAsync(machine => machine.Attention.PresenceOf(user), cancellationToken);

    private static string Given(string user)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        return user;
    }
}
