using System.Security.Cryptography;

namespace Connect.Storage.Encryption;

/// <summary>
/// Random bytes for nonces, drawn from the system many at a time: a call for twelve of them costs more than sealing a
/// row. Each byte is given out once, to one thread.
/// </summary>
internal static class Nonces
{
    private const int Drawn = 1_020;

    [ThreadStatic]
    private static byte[]? _bytes;

    [ThreadStatic]
    private static int _left;

    public static void Fill(Span<byte> nonce)
    {
        var bytes = _bytes ??= new byte[Drawn];
        if (_left < nonce.Length)
        {
            RandomNumberGenerator.Fill(bytes);
            _left = Drawn;
        }

        var given = bytes.AsSpan(_left - nonce.Length, nonce.Length);
        given.CopyTo(nonce);
        given.Clear();
        _left -= nonce.Length;
    }
}
