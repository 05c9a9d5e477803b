using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Connect.Accounts.Identity;

/// <summary>
/// Usernames: 3 to 32 of the letters a-z, digits, <c>.</c>, <c>_</c> and <c>-</c>, beginning with a letter or digit.
/// They are shown as written and compared in lower case. ASCII only, so that no two look alike and none depends on a
/// version of Unicode.
/// </summary>
public static class Username
{
    public const int MinLength = 3;
    public const int MaxLength = 32;

    /// <summary>The rule, for people.</summary>
    public const string Rule =
        "A username has 3 to 32 characters: letters a-z, digits, '.', '_' and '-', the first a letter or digit.";

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
    );

    /// <summary>Returns the form in which usernames are compared; false for an invalid one.</summary>
    public static bool TryNormalize([NotNullWhen(true)] string? username, [NotNullWhen(true)] out string? normalized)
    {
        var ok =
            username is { Length: >= MinLength and <= MaxLength }
            && !username.AsSpan().ContainsAnyExcept(Allowed)
            && char.IsAsciiLetterOrDigit(username[0]);
        normalized = ok ? username!.ToLowerInvariant() : null;
        return ok;
    }
}
