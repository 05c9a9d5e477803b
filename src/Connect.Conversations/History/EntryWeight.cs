using Connect.Contracts.Conversations;

namespace Connect.Conversations.History;

/// <summary>How much of a page an entry takes: an upper bound of its bytes in every encoding a door may use.</summary>
public static class EntryWeight
{
    /// <summary>Everything but the text: ids, numbers and, in JSON, the field names.</summary>
    private const int EntryOverhead = 260;

    /// <summary>Field names of a change, and the user it is about.</summary>
    private const int ChangeOverhead = 120;

    /// <summary>A byte of a title becomes up to six; 16 bytes of an id become 25.</summary>
    private const int ChangeByte = 6;

    /// <summary>
    /// JSON escapes control characters with six bytes, quotes and backslashes with two, and characters beyond the
    /// basic plane with twelve for their four.
    /// </summary>
    public static int Of(Entry entry)
    {
        if (!entry.Kind.CarriesText())
        {
            return EntryOverhead + ChangeOverhead + (entry.Body.Length * ChangeByte);
        }

        var size = EntryOverhead;
        foreach (var each in entry.Body.Span)
        {
            size += each switch
            {
                < 0x20 or 0x7F => 6,
                (byte)'"' or (byte)'\\' => 6,
                < 0x80 => 1,
                _ => 3,
            };
        }

        return size;
    }
}
