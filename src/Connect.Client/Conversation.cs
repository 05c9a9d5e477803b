using System.Runtime.CompilerServices;
using Connect.Client.Connections;
using Wire = Connect.Protocol.V1;

namespace Connect.Client;

/// <summary>
/// A conversation of a <see cref="ConnectClient"/>. It holds no state: create as many as you like and use them from any
/// thread. There is nothing to dispose.
/// </summary>
public sealed partial class Conversation
{
    private readonly ConnectClient _client;

    internal Conversation(ConnectClient client, string id, string peer)
    {
        _client = client;
        Id = id;
        Peer = peer;
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>The other user's id, when it was opened as a direct conversation; else empty.</summary>
    public string Peer { get; }

    /// <summary>
    /// Sends a message and waits until the server has committed it. Without a connection it waits for one. The message
    /// is in the outbox and is sent even if nobody waits, under one id however often it is transmitted.
    /// </summary>
    /// <param name="text">The text: at most <see cref="ServerLimits.TextBytes"/> bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait. Once in the outbox the message stays there.</param>
    /// <exception cref="ConnectException">
    /// It was refused for good: the text is too long (too_large) or not valid Unicode (invalid), it may not be sent
    /// here (forbidden, not_member, not_found), or the outbox is full (overloaded). With
    /// <see cref="ConnectException.PerhapsSent"/> it may still have arrived. Or the client has given up, for instance
    /// because the login is over (unauthenticated): the message stays in the outbox and is sent after the next login.
    /// </exception>
    public async Task<SentMessage> SendAsync(string text, CancellationToken cancellationToken = default)
    {
        var message = await EnqueueAsync(text, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await message.Sent.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a message into the outbox and returns when it is durable there.</summary>
    /// <param name="text">What it says.</param>
    /// <param name="seen">
    /// The highest seq on screen when it was written: the user has read up to there. 0 = the highest marked as read.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ConnectException">
    /// The text is not valid Unicode (invalid) or longer than the server allows (too_large), or the outbox is full
    /// (overloaded).
    /// </exception>
    public Task<OutgoingMessage> EnqueueAsync(string text, long seen = 0, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return _client.EnqueueAsync(Id, Peer, text, seen, cancellationToken);
    }

    /// <summary>
    /// The events of this conversation: entries in order, without gaps and once each, and what is known of the members.
    /// An event counts as taken when the next one is requested; a reader that stops before that gets it again.
    /// </summary>
    public IAsyncEnumerable<ConnectEvent> EventsAsync(CancellationToken cancellationToken = default) =>
        _client.EventsAsync(Id, cancellationToken);

    /// <summary>
    /// Opens a view of this conversation; while it is open the conversation counts as on screen. It starts with what
    /// the store knows, also without a connection. Dispose it before the client.
    /// </summary>
    public Task<ConversationView> OpenViewAsync(CancellationToken cancellationToken = default) =>
        ConversationView.OpenAsync(_client, Id, cancellationToken);

    /// <summary>Older and older pages of the history. Waits for a connection.</summary>
    /// <param name="before">Only entries below this seq; null = from the newest.</param>
    /// <param name="pageSize">1 to 200.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConnectException">The conversation is not this user's.</exception>
    public async IAsyncEnumerable<HistoryPage> HistoryAsync(
        long? before = null,
        int pageSize = ProtocolLimits.DefaultPageItems,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageSize, ProtocolLimits.PageItems);
        while (before is null or > 1)
        {
            var below = (ulong)(before ?? 0);
            var frame = await _client
                .AskAsync(
                    () =>
                        new()
                        {
                            History = new()
                            {
                                Conversation = Id,
                                Before = below,
                                Limit = (uint)pageSize,
                            },
                        },
                    cancellationToken
                )
                .ConfigureAwait(false);
            var page = frame.History;
            var entries = page.Entries.Select(WireMapping.ToEntry).ToList();
            yield return new(Id, entries, page.HasMoreBefore, page.HasMoreAfter);
            var lowest = Lowest(page);
            if (!page.HasMoreBefore || lowest is null || lowest >= before)
            {
                yield break;
            }

            before = lowest;
        }
    }

    /// <summary>
    /// Marks everything up to this seq as read. Returns once the mark is stored; it is sent until the server confirms
    /// it, across reconnects. A lower seq than before has no effect.
    /// </summary>
    /// <param name="seq">0 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task MarkReadAsync(long seq, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seq);
        return _client.MarkReadAsync(Id, seq, cancellationToken);
    }

    private static long? Lowest(Wire.HistoryPage page)
    {
        var seqs = page.Entries.Select(entry => entry.Seq).Concat(page.Skipped.Select(range => range.From));
        return (long?)seqs.Order().Select(seq => (ulong?)seq).FirstOrDefault();
    }
}
