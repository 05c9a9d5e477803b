namespace Connect.Contracts.Conversations;

/// <summary>What an entry is. The numbers are stored and are those of the wire.</summary>
public enum EntryKind : byte
{
    None = 0,
    Message = 1,
    Created = 2,
    Added = 3,
    Removed = 4,
    Left = 5,
    Role = 6,
    Title = 7,
    Invited = 8,
    InviteAccepted = 9,
    InviteEnded = 10,

#if CONNECT_NEXT_KIND
    /// <summary>A text that does not count as unread: the kind that a version to come might add.</summary>
    Bulletin = 11,
#endif
}

/// <summary>
/// What the server needs to know about a kind. A new kind gets its answers here, and the rest of the server asks no
/// entry for its kind by name. A kind that a newer server stored answers no to every question.
/// </summary>
public static class EntryKinds
{
    /// <summary>Whether it is in the count of messages, from which unread counts and receipts follow.</summary>
    public static bool CountsAsMessage(this EntryKind kind) => kind == EntryKind.Message;

    /// <summary>Whether a member wrote it: its body is a text in UTF-8, and its sender gave it a cid.</summary>
    public static bool CarriesText(this EntryKind kind)
    {
#if CONNECT_NEXT_KIND
        if (kind == EntryKind.Bulletin)
        {
            return true;
        }
#endif
        return kind == EntryKind.Message;
    }

    /// <summary>
    /// Whether it changed the membership or the title: its body is an encoded <see cref="EntryChange"/>.
    /// </summary>
    public static bool IsChange(this EntryKind kind) => kind is >= EntryKind.Created and <= EntryKind.InviteEnded;

    /// <summary>The kind of entry that a text sent by a member becomes.</summary>
    public static EntryKind OfText(ReadOnlySpan<byte> text)
    {
#if CONNECT_NEXT_KIND
        // No frame can ask for it yet, so the text does.
        if (text.StartsWith("bulletin: "u8))
        {
            return EntryKind.Bulletin;
        }
#endif
        return EntryKind.Message;
    }
}
