using System.Security.Cryptography;
using Connect.Storage.Encryption;
using Xunit;

namespace Connect.Tests.Storage.Encryption;

public sealed class RowCipherTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Plain = "what somebody wrote"u8.ToArray();

    private readonly RowCipher _cipher = new(Key, 7);

    [Fact]
    public void A_sealed_row_opens_where_it_was_sealed_and_nowhere_else()
    {
        var row = _cipher.Seal(RowTable.Entry, 1, [2], Plain);

        Assert.Equal(Plain, _cipher.Open(RowTable.Entry, 1, [2], row));
        Assert.ThrowsAny<CryptographicException>(() => _cipher.Open(RowTable.Members, 1, [2], row));
        Assert.ThrowsAny<CryptographicException>(() => _cipher.Open(RowTable.Entry, 9, [2], row));
        Assert.ThrowsAny<CryptographicException>(() => _cipher.Open(RowTable.Entry, 1, [3], row));
        Assert.ThrowsAny<CryptographicException>(() => _cipher.Open(RowTable.Entry, 1, [], row));
        Assert.ThrowsAny<CryptographicException>(() => new RowCipher(Key, 8).Open(RowTable.Entry, 1, [2], row));
    }

    [Fact]
    public void Every_bit_of_a_sealed_row_counts()
    {
        var row = _cipher.Seal(RowTable.Entry, 1, [], Plain);
        Assert.Equal(RowCipher.Overhead + Plain.Length, row.Length);
        for (var i = 0; i < row.Length; i++)
        {
            var changed = row.ToArray();
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => _cipher.Open(RowTable.Entry, 1, [], changed));
            Assert.ThrowsAny<CryptographicException>(() => _cipher.Open(RowTable.Entry, 1, [], row.AsSpan(0, i)));
        }
    }

    [Fact]
    public void The_key_id_and_the_format_stand_at_the_front()
    {
        var row = _cipher.Seal(RowTable.Entry, 1, [], Plain);

        Assert.Equal("0100000007", Convert.ToHexString(row[..5]));
        Assert.Equal(7u, RowCipher.ReadKeyId(row));
    }

    [Fact]
    public void The_same_row_is_never_sealed_the_same_way()
    {
        Assert.NotEqual(_cipher.Seal(RowTable.Entry, 1, [], Plain), _cipher.Seal(RowTable.Entry, 1, [], Plain));
    }

    [Fact]
    public void The_layout_and_the_associated_data_are_frozen()
    {
        using var aes = new AesGcm(Key, 16);
        var row = new byte[RowCipher.Overhead + Plain.Length];
        Convert.FromHexString("0100000007" + "0102030405060708090A0B0C").CopyTo(row, 0);
        var associated = Convert.FromHexString("06" + "000000000000000000000000000000FF" + "0203" + "00000007" + "01");
        aes.Encrypt(row.AsSpan(5, 12), Plain, row.AsSpan(17, Plain.Length), row.AsSpan(17 + Plain.Length), associated);

        Assert.Equal(Plain, _cipher.Open(RowTable.Entry, 255, [2, 3], row));
    }

    [Fact]
    public void Many_threads_may_share_a_key()
    {
        Parallel.For(
            0,
            2_000,
            i =>
            {
                var text = BitConverter.GetBytes(i);
                var row = _cipher.Seal(RowTable.Entry, (UInt128)i, text, text);
                Assert.Equal(text, _cipher.Open(RowTable.Entry, (UInt128)i, text, row));
            }
        );
    }

    [Fact]
    public void Fingerprints_tell_texts_apart_and_depend_on_the_key()
    {
        var (one, other) = (DataKey.Generate(), DataKey.Generate());

        Assert.Equal(one.Fingerprint("a"u8), one.Fingerprint("a"u8));
        Assert.NotEqual(one.Fingerprint("a"u8), one.Fingerprint("b"u8));
        Assert.NotEqual(one.Fingerprint("a"u8), other.Fingerprint("a"u8));
    }

    [Fact]
    public void The_key_cache_stays_within_its_bound_and_keeps_what_is_in_use()
    {
        var cache = new BoundedKeyCache(10);
        var busy = DataKey.Generate();
        cache.Add(1, busy);
        for (var i = 2; i < 200; i++)
        {
            cache.Add((UInt128)i, busy);
            Assert.Same(busy, cache.Find(1));
            Assert.True(cache.Count <= 2 * 11);
        }

        Assert.Null(cache.Find(2));
    }
}
