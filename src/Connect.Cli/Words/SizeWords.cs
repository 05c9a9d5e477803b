using System.Globalization;
using System.Text;

namespace Connect.Cli.Words;

/// <summary>The size of a text compared with what the server accepts.</summary>
internal static class SizeWords
{
    /// <summary>From this share of the limit on, in eighths, the size of a draft is shown.</summary>
    private const int ShownFromEighths = 7;

    /// <summary>Why a text cannot be sent; null when it can.</summary>
    public static string? TooLong(string text, int limit)
    {
        var over = Encoding.UTF8.GetByteCount(text) - limit;
        return over > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{over:N0} {(over == 1 ? "byte" : "bytes")} longer than the {limit:N0} a message can have."
            )
            : null;
    }

    /// <summary>The size of a draft that nears the limit, and whether it is over; null while it is far below.</summary>
    public static (string Words, bool IsOver)? Of(int bytes, int limit)
    {
        if (bytes == 0 || bytes < limit * ShownFromEighths / 8)
        {
            return null;
        }

        var words = string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} of {limit:N0} bytes");
        return bytes > limit ? (words + ": too long", true) : (words, false);
    }
}
