namespace Connect.Client;

/// <summary>Other users: contacts, blocks, privacy, presence.</summary>
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

    /// <summary>Asks a user to become a contact; accepts if they have asked already.</summary>
    /// <param name="user">Their id, see <see cref="FindUserAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">
    /// They are unknown, gone, or block this user (forbidden), one of the two has too many (rate_limited), or no
    /// connection.
    /// </exception>
    public Task RequestContactAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.RequestContactAsync(token, Given(user), cancel), cancellationToken);

    /// <summary>Accepts a contact request.</summary>
    /// <exception cref="ConnectException">They do not ask (not_found), or no connection.</exception>
    public Task AcceptContactAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.AnswerContactAsync(token, Given(user), true, cancel), cancellationToken);

    /// <summary>Declines a contact request; the other user is not notified.</summary>
    /// <exception cref="ConnectException">They do not ask (not_found), or no connection.</exception>
    public Task DeclineContactAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.AnswerContactAsync(token, Given(user), false, cancel), cancellationToken);

    /// <summary>Removes a contact, or withdraws this user's own request. The other user is not notified.</summary>
    /// <exception cref="ConnectException">No connection.</exception>
    public Task RemoveContactAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.RemoveContactAsync(token, Given(user), cancel), cancellationToken);

    /// <summary>The users this user blocks.</summary>
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

    /// <summary>Lifts a block. It does not restore the contact.</summary>
    /// <exception cref="ConnectException">No connection.</exception>
    public Task UnblockAsync(string user, CancellationToken cancellationToken = default) =>
        CallAsync((token, cancel) => People.SetBlockedAsync(token, Given(user), false, cancel), cancellationToken);

    /// <summary>What others may see of this user.</summary>
    /// <exception cref="ConnectException">No connection.</exception>
    public async Task<UserPrivacy> PrivacyAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync(People.PrivacyAsync, cancellationToken).ConfigureAwait(false);
        return new(answer.Presence ?? true, answer.ReadReceipts ?? true);
    }

    /// <summary>Changes what others may see of this user, and returns the settings now in force.</summary>
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
    /// Sets whether somebody is looking. A client in the background gets no typing and no presence; entries arrive as
    /// before. Active by default; kept across reconnects.
    /// </summary>
    public Task SetActiveAsync(bool isActive, CancellationToken cancellationToken = default) =>
        DoAsync(machine => machine.Attention.SetActive(isActive), cancellationToken);

    /// <summary>
    /// Sets the conversations on screen, replacing those set before: typing is reported for these only. Kept across
    /// reconnects. An open <see cref="ConversationView"/> counts by itself.
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
    /// Watches the presence of more users: it arrives as <see cref="PresenceChanged"/>, at once and with each change.
    /// Kept across reconnects. Users who hide their presence from this user cause no events.
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
    /// The last known presence of a watched user; null if it is hidden from this user, not watched, or not yet
    /// received. While there is no connection it is what was known last.
    /// </summary>
    public Task<UserPresence?> PresenceAsync(string user, CancellationToken cancellationToken = default) =>
        _engine.CallAsync(machine => machine.Attention.PresenceOf(user), cancellationToken);

    private static string Given(string user)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        return user;
    }
}
