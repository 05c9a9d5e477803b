using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Connect.Accounts.Identity;

/// <summary>
/// Passwords: 8 to 128 characters, at most 512 bytes of UTF-8, of any kind. They are compared in Unicode's composed
/// form (NFC), since one keyboard types "é" as one character and another as two.
/// </summary>
public static class PasswordRules
{
    public const int MinCharacters = 8;
    public const int MaxCharacters = 128;
    public const int MaxBytes = 512;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Why a password may not be used; null when it may.</summary>
    public static string? FindProblem(string password)
    {
        if (!IsHashable(password))
        {
            return "A password has at most 128 characters and 512 bytes.";
        }

        return CanonicalForm.Compose(password).EnumerateRunes().Count() < MinCharacters
            ? "A password has at least 8 characters."
            : null;
    }

    /// <summary>Whether it is well-formed and short enough to be worth hashing.</summary>
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

/// <summary>
/// Argon2id in the PHC string form, <c>$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH</c>. The parameters are the first of
/// OWASP's list: 19 MiB, 2 passes, 1 lane.
/// </summary>
internal sealed record PasswordHash(int MemoryKib, int Passes, byte[] Salt, byte[] Hash)
{
    private const int CurrentMemoryKib = 19 * 1024;
    private const int CurrentPasses = 2;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const string Prefix = "$argon2id$v=19$";

    /// <summary>Made with other than today's parameters: rehash at the next login.</summary>
    public bool IsOutdated =>
        MemoryKib != CurrentMemoryKib
        || Passes != CurrentPasses
        || Salt.Length != SaltBytes
        || Hash.Length != HashBytes;

    /// <summary>Hashes a password with today's parameters. Takes about 30 ms of a core and 19 MiB.</summary>
    public static PasswordHash Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new(
            CurrentMemoryKib,
            CurrentPasses,
            salt,
            Derive(password, salt, CurrentMemoryKib, CurrentPasses, HashBytes)
        );
    }

    /// <summary>Whether the password matches, in constant time.</summary>
    public bool Matches(string password)
    {
        var hash = Derive(password, Salt, MemoryKib, Passes, Hash.Length);
        return CryptographicOperations.FixedTimeEquals(hash, Hash);
    }

    /// <summary>Reads the PHC form; false for anything but Argon2id version 19 with one lane in sane bounds.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PasswordHash? hash)
    {
        hash = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = text[Prefix.Length..].Split('$');
        if (
            parts.Length != 3
            || !TryReadParameters(parts[0], out var memory, out var passes)
            || !TryDecode(parts[1], out var salt)
            || !TryDecode(parts[2], out var value)
        )
        {
            return false;
        }

        hash = new(memory, passes, salt, value);
        return salt.Length == SaltBytes && value.Length is >= 16 and <= 64;
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}m={MemoryKib},t={Passes},p=1${Encode(Salt)}${Encode(Hash)}"
        );

    private static byte[] Derive(string password, byte[] salt, int memoryKib, int passes, int count)
    {
        var parameters = new Argon2Parameters
        {
            DegreeOfParallelism = 1,
            MemorySize = memoryKib,
            NumberOfPasses = passes,
        };

        // UTF-8, like every other implementation: the overload for strings hashes UTF-16.
        var bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return PasswordBasedKeyDerivationAlgorithm.Argon2id(parameters).DeriveBytes(bytes, salt, count);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static bool TryReadParameters(string text, out int memory, out int passes)
    {
        (memory, passes) = (0, 0);
        return text.Split(',') is [['m', '=', .. var m], ['t', '=', .. var t], "p=1"]
            && int.TryParse(m, NumberStyles.None, CultureInfo.InvariantCulture, out memory)
            && int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out passes)
            && memory is >= 8 and <= 256 * 1024
            && passes is >= 1 and <= 16;
    }

    // PHC strings use base64 without padding.
    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[64];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var ok = Convert.TryFromBase64String(padded, bytes, out var written);
        bytes = ok ? bytes[..written] : [];
        return ok;
    }
}

/// <summary>The result of checking a password.</summary>
/// <param name="Matches">Whether it is correct.</param>
/// <param name="Rehashed">Its hash with today's parameters, if the stored one was made with others.</param>
internal sealed record PasswordCheck(bool Matches, string? Rehashed);
