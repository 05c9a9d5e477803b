using System.Text;
using Connect.Protocol;

namespace Connect.Gateway.Groups;

/// <summary>What a group may be called.</summary>
internal static class GroupTitle
{
    /// <summary>Null when the title may be used; else what is wrong with it.</summary>
    public static Refusal? Check(string title)
    {
        if (string.IsNullOrWhiteSpace(title))
        {
            return new(ErrorCode.Invalid, "A group needs a title.", "title");
        }

        if (Encoding.UTF8.GetByteCount(title) > ProtocolLimits.TitleBytes)
        {
            return new(ErrorCode.TooLarge, $"At most {ProtocolLimits.TitleBytes} bytes of UTF-8.", "title");
        }

        // A title stands on one line of many lists; control characters break those.
        return title.EnumerateRunes().Any(Rune.IsControl)
            ? new(ErrorCode.Invalid, "No control characters.", "title")
            : null;
    }
}
