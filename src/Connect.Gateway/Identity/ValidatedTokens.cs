using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Connect.Gateway.Sessions;

namespace Connect.Gateway.Identity;

/// <summary>
/// Tokens already found good, by their SHA-256: checking a signature costs a hundred times as much. Two generations,
/// the older dropped when the younger is full, keep it bounded without a list of uses.
/// </summary>
internal sealed class ValidatedTokens(int capacity)
{
    private readonly Lock _turn = new();
    private volatile ConcurrentDictionary<Key, AccessTokenResult> _young = new();
    private volatile ConcurrentDictionary<Key, AccessTokenResult> _old = new();

    public static Key KeyOf(string token)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    public bool TryGet(Key key, out AccessTokenResult result)
    {
        if (_young.TryGetValue(key, out result))
        {
            return true;
        }

        if (!_old.TryGetValue(key, out result))
        {
            return false;
        }

        Add(key, result);
        return true;
    }

    public void Add(Key key, AccessTokenResult result)
    {
        if (_young.Count >= Math.Max(1, capacity / 2))
        {
            lock (_turn)
            {
                if (_young.Count >= Math.Max(1, capacity / 2))
                {
                    (_old, _young) = (_young, new());
                }
            }
        }

        _young.TryAdd(key, result);
    }

    internal readonly record struct Key(UInt128 First, UInt128 Second);
}
