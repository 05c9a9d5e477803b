using System.Text;

namespace Connect.Client.Outbox;

/// <summary>What may go into the outbox: what no server would ever take must not wait there for ever.</summary>
internal static class OutgoingText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a text in UTF-8.</summary>
    /// <exception cref="ConnectException">
    /// It is no Unicode: half of a surrogate pair would be sent as another character, which nobody wrote.
    /// </exception>
    public static int CountBytes(string text)
    {
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ConnectException(ErrorCode.Invalid, "The text is no Unicode: half of a character stands alone.");
        }
    }
}
