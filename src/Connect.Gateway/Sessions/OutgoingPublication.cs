using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Conversations.History;
using Connect.Doors.Wire;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;

namespace Connect.Gateway.Sessions;

/// <summary>
/// A publication on its way to the sessions of this node. The frames are made when the first session wants them,
/// encoded once per encoding, and shared; only a session from which some of the entries came gets frames of its own.
/// </summary>
internal sealed class OutgoingPublication(Publication publication)
{
    /// <summary>Keeps a frame, whatever its encoding, well below the largest message to a client.</summary>
    private const int FrameBytes = 128 * 1024;

    private SharedFrame[]? _entries;
    private SharedFrame? _receipts;
    private SharedFrame? _notice;

    public Publication Publication { get; } = publication;

    public ConversationId Conversation => Publication.Conversation;

    public bool HasEntries => !Publication.Entries.IsEmpty;

    public bool HasReceipts => !Publication.Receipts.IsEmpty || !Publication.Counts.IsDefaultOrEmpty;

    public bool HasNotice => Publication.Notice != ConversationNotice.None;

    /// <summary>What became of the conversation for the recipients.</summary>
    public SharedFrame Notice =>
        _notice ??= new(
            new ServerFrame
            {
                Conversation = WireMapping.ToNotice(Conversation, Publication.Contact, Publication.Notice),
            }
        );

    public SharedFrame Receipts => _receipts ??= MakeReceipts();

    /// <summary>The entries that did not come from this session, which knows them by their <c>sent</c>.</summary>
    public ReadOnlySpan<SharedFrame> EntriesFor(SessionId session) =>
        Publication.Origins.Contains(session)
            ? MakeEntries(Publication, session)
            : _entries ??= MakeEntries(Publication, default);

    private static SharedFrame[] MakeEntries(Publication publication, SessionId except)
    {
        var frames = new List<SharedFrame>(1);
        Entries? current = null;
        var size = 0;
        for (var i = 0; i < publication.Entries.Length; i++)
        {
            var entry = publication.Entries[i];
            if (!except.IsNone && i < publication.Origins.Length && publication.Origins[i] == except)
            {
                continue;
            }

            var entrySize = EntryWeight.Of(entry);
            if (current is null || size + entrySize > FrameBytes)
            {
                current = new();
                size = 0;
                frames.Add(new(new ServerFrame { Entries = current }));
            }

            current.Entries_.Add(entry.ToWire(publication.Conversation));
            size += entrySize;
        }

        return [.. frames];
    }

    private SharedFrame MakeReceipts()
    {
        var receipts = new Receipts();
        foreach (var change in Publication.Receipts)
        {
            receipts.Receipts_.Add(WireMapping.ToReceipt(Conversation, change));
        }

        foreach (var counts in Publication.Counts.IsDefault ? [] : Publication.Counts)
        {
            receipts.Receipts_.Add(WireMapping.ToReceipt(Conversation, counts));
        }

        return new(new ServerFrame { Receipts = receipts });
    }
}
