using System.Text;

namespace Connect.Accounts.Identity;

/// <summary>
/// Passwords: 8 to 128 characters, at most 512 bytes of UTF-8, of any kind. They are compared byte for byte, without
/// Unicode normalisation.
/// </summary>
public static class PasswordRules
{
    public const int MinCharacters = 8;
    public const int MaxCharacters = 128;
    public const int MaxBytes = 512;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Null when the password may be used; else why not.</summary>
    public static string? FindProblem(string password)
    {
        if (!IsHashable(password))
        {
            return "A password has at most 128 characters and 512 bytes.";
        }

        return password.EnumerateRunes().Count() < MinCharacters ? "A password has at least 8 characters." : null;
    }

    /// <summary>Whether it is text and small enough to be worth the work, at login.</summary>
    public static bool IsHashable(string password)
    {
        if (password.Length > 2 * MaxCharacters || password.EnumerateRunes().Count() > MaxCharacters)
        {
            return false;
        }

        try
        {
            return Strict.GetByteCount(password) <= MaxBytes;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
