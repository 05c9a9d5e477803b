using Connect.Client.Http;

namespace Connect.Client;

/// <summary>
/// Typing, read receipts, message requests, and the conversation's place in this user's list.
/// </summary>
public sealed partial class Conversation
{
    /// <summary>
    /// Call it with each key press. The others learn of it at once and every 3 s while it lasts, and of its end 3 s
    /// after the last call or with the message. Typing is a hint that is never stored: without a connection it is
    /// dropped.
    /// </summary>
    public Task TypingAsync(CancellationToken cancellationToken = default) =>
        _client.DoAsync(machine => machine.Attention.Typing(Id), cancellationToken);

    /// <summary>
    /// The user stopped typing without sending, for instance by clearing the draft. The others learn of it at once.
    /// </summary>
    public Task StopTypingAsync(CancellationToken cancellationToken = default) =>
        _client.DoAsync(machine => machine.Attention.TypingStopped(Id), cancellationToken);

    /// <summary>
    /// Who has received and read an entry: the marks of each other member. Waits for a connection.
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
        return [.. frame.Readers.Members.Select(MemberPlace.Of)];
    }

    /// <summary>Accepts a message request: from now on the sender gets receipts.</summary>
    /// <exception cref="ConnectException">There is no request here (conflict), or no connection.</exception>
    public Task AcceptRequestAsync(CancellationToken cancellationToken = default) =>
        PatchAsync(new(Request: "accept"), cancellationToken);

    /// <summary>Declines a message request: it leaves the list, and the sender is not notified.</summary>
    /// <exception cref="ConnectException">There is no request here (conflict), or no connection.</exception>
    public Task DeclineRequestAsync(CancellationToken cancellationToken = default) =>
        PatchAsync(new(Request: "decline"), cancellationToken);

    /// <summary>Mutes the conversation on all of this user's devices; nobody else learns of it.</summary>
    /// <param name="until">Until when, by the server's clock; null unmutes it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">It is not this user's (not_found), or no connection.</exception>
    public Task MuteAsync(DateTimeOffset? until, CancellationToken cancellationToken = default) =>
        PatchAsync(new(MutedUntil: Math.Max(0, until?.ToUnixTimeMilliseconds() ?? 0)), cancellationToken);

    /// <summary>
    /// Hides the conversation on all of this user's devices until something new arrives: new to this client or, while
    /// it is not live, new to the server. An application that knows what was on screen says so:
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
    /// Hides the conversation on all of this user's devices until there is an entry above a seq. What arrived between
    /// the user's decision and this call thus keeps it in the list.
    /// </summary>
    /// <param name="seen">The newest seq the user saw, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">It is not this user's (not_found), or no connection.</exception>
    public Task HideAsync(long seen, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seen, 1);
        return HideThroughAsync(seen, cancellationToken);
    }

    /// <summary>Shows the conversation in the list again; no effect if it is not hidden.</summary>
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
