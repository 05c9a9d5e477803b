using Connect.Client.Http;

namespace Connect.Client;

/// <summary>
/// What is between the members: typing, who has read, message requests, and the place in this user's list.
/// </summary>
public sealed partial class Conversation
{
    /// <summary>
    /// Something was typed here: call it with each key. The others are told at once and then every 3 s while it lasts;
    /// that it ended is told 3 s after the last call, or with a message. A hint that is never stored: without a
    /// connection nothing is told.
    /// </summary>
    public Task TypingAsync(CancellationToken cancellationToken = default) =>
        _client.DoAsync(machine => machine.Attention.Typing(Id), cancellationToken);

    /// <summary>
    /// The user stopped typing without sending, for instance cleared the draft: the others are told at once.
    /// </summary>
    public Task StopTypingAsync(CancellationToken cancellationToken = default) =>
        _client.DoAsync(machine => machine.Attention.TypingStopped(Id), cancellationToken);

    /// <summary>
    /// How far each other member is, for the question who holds and has read an entry. Waits for a connection.
    /// </summary>
    /// <param name="seq">The entry.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">
    /// The conversation or the entry is not this user's (not_found), or the server does not know the question
    /// (unknown_type).
    /// </exception>
    public async Task<IReadOnlyList<MemberPlace>> ReadersAsync(long seq, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seq, 1);
        var frame = await _client
            .AskAsync(
                () =>
                    new()
                    {
                        Readers = new() { Conversation = Id, Seq = (ulong)seq },
                    },
                cancellationToken
            )
            .ConfigureAwait(false);
        return
        [
            .. frame.Readers.Members.Select(each => new MemberPlace(each.User, (long)each.Delivered, (long)each.Read)),
        ];
    }

    /// <summary>Accepts what a stranger wrote: from now on they learn what is delivered and read.</summary>
    /// <exception cref="ConnectException">There is no request here (conflict), or no connection.</exception>
    public Task AcceptRequestAsync(CancellationToken cancellationToken = default) =>
        PatchAsync(new(Request: "accept"), cancellationToken);

    /// <summary>Declines what a stranger wrote: it leaves the list, and they are not told.</summary>
    /// <exception cref="ConnectException">There is no request here (conflict), or no connection.</exception>
    public Task DeclineRequestAsync(CancellationToken cancellationToken = default) =>
        PatchAsync(new(Request: "decline"), cancellationToken);

    /// <summary>Mutes it for this user on all their devices; nobody else learns of it.</summary>
    /// <param name="until">Until when (server's clock); null = it is no longer muted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">It is not this user's (not_found), or no connection.</exception>
    public Task MuteAsync(DateTimeOffset? until, CancellationToken cancellationToken = default) =>
        PatchAsync(new(MutedUntil: Math.Max(0, until?.ToUnixTimeMilliseconds() ?? 0)), cancellationToken);

    /// <summary>
    /// Takes it out of this user's list, on all their devices, until something new comes in it. New is what this client
    /// has not received; while it is not live, what the server has not. Who knows what was on screen gives that:
    /// <see cref="HideAsync(long, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="ConnectException">It is not this user's (not_found), or no connection.</exception>
    public async Task HideAsync(CancellationToken cancellationToken = default)
    {
        var seen = await _client
            .AskMachineAsync(machine => machine.Log.LiveHead(Id), cancellationToken)
            .ConfigureAwait(false);
        await HideThroughAsync(seen, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes it out of this user's list, on all their devices, until an entry above a seq is there. What came between
    /// the user's look and this call thereby stays in the list.
    /// </summary>
    /// <param name="seen">The newest seq that the user saw of it, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">It is not this user's (not_found), or no connection.</exception>
    public Task HideAsync(long seen, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seen, 1);
        return HideThroughAsync(seen, cancellationToken);
    }

    /// <summary>Brings it back into the list; without effect where it is not hidden.</summary>
    /// <exception cref="ConnectException">It is not this user's (not_found), or no connection.</exception>
    public Task UnhideAsync(CancellationToken cancellationToken = default) =>
        PatchAsync(new(Hidden: false), cancellationToken);

    private async Task HideThroughAsync(long? seen, CancellationToken cancellationToken)
    {
        await PatchAsync(new(Hidden: true, Seen: seen), cancellationToken).ConfigureAwait(false);
        await _client.DoAsync(machine => machine.Hidden(Id, seen), cancellationToken).ConfigureAwait(false);
    }

    private async Task PatchAsync(PatchBody change, CancellationToken cancellationToken)
    {
        await _client
            .CallAsync((token, cancel) => _client.People.PatchAsync(token, Id, change, cancel), cancellationToken)
            .ConfigureAwait(false);
        // The server tells the other devices only.
        await _client.DoAsync(machine => machine.Changed(Id), cancellationToken).ConfigureAwait(false);
    }
}
