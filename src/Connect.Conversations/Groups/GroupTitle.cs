using System.Text;
using Connect.Contracts.Refusals;

namespace Connect.Conversations.Groups;

/// <summary>What a group may be called.</summary>
public static class GroupTitle
{
    /// <summary>UTF-8 bytes of a title.</summary>
    public const int MaxBytes = 256;

    /// <summary>Null when the title may be used; else what is wrong with it.</summary>
    public static Refusal? Check(string title)
    {
        if (string.IsNullOrWhiteSpace(title))
        {
            return new(RefusalReason.Invalid, "A group needs a title.", "title");
        }

        if (Encoding.UTF8.GetByteCount(title) > MaxBytes)
        {
            return new(RefusalReason.TooLarge, $"At most {MaxBytes} bytes of UTF-8.", "title");
        }

        // A title stands on one line of many lists; control characters break those.
        return title.EnumerateRunes().Any(Rune.IsControl)
            ? new(RefusalReason.Invalid, "No control characters.", "title")
            : null;
    }
}
