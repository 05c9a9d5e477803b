using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Connect.Accounts.Identity;

/// <summary>
/// Argon2id in the PHC string form, <c>$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH</c>. The parameters are the first of
/// OWASP's list: 19 MiB, 2 passes, 1 lane.
/// </summary>
public sealed record PasswordHash(int MemoryKib, int Passes, byte[] Salt, byte[] Hash)
{
    private const int CurrentMemoryKib = 19 * 1024;
    private const int CurrentPasses = 2;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const string Prefix = "$argon2id$v=19$";

    /// <summary>Made with other parameters than those of today: make it anew at the next login.</summary>
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

    /// <summary>Whether it is this password's. Takes as long whether it is or not.</summary>
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

        // As UTF-8, like every other program does it: the overload that takes a string hashes its UTF-16.
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
