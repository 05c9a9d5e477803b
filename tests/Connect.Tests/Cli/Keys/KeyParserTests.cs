using System.Text;
using Connect.Cli.Keys;
using CsCheck;
using Xunit;

namespace Connect.Tests.Cli.Keys;

/// <summary>Bytes of a terminal become keys.</summary>
public sealed class KeyParserTests
{
    private static readonly Gen<byte[]> Input = Gen.OneOf(
            Gen.OneOf("a", "é", "漢", "👩‍👩‍👧", "\r", "\n", "\t", "\u007f", "\u0003", " "),
            Gen.OneOf("\u001b", "\u001b[A", "\u001b[1;3B", "\u001b[5~", "\u001bOP", "\u001b\r", "\u001bx"),
            Gen.OneOf("\u001b[200~pasted\r\ntext\u001b[201~", "\u001b[200~", "\u001b[201~", "\u001b[9999z"),
            Gen.OneOf("\u001b[<0;10;20M", "\u001b]0;x\a", "\u001b[I", "\u001b[")
        )
        .Array[0, 12]
        .Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces)));

    [Fact]
    public void However_the_bytes_are_cut_the_keys_are_the_same() =>
        Gen.Select(Input, Gen.Int[1, 7])
            .Sample(
                (bytes, piece) =>
                {
                    var whole = new KeyParser();
                    var cut = new KeyParser();
                    List<Key> one = [.. whole.Feed(bytes), .. whole.Settle()];
                    var other = new List<Key>();
                    foreach (var part in bytes.Chunk(piece))
                    {
                        other.AddRange(cut.Feed(part));
                    }

                    other.AddRange(cut.Settle());
                    Assert.Equal(Joined(one), Joined(other));
                }
            );

    [Fact]
    public void No_bytes_make_it_stumble_or_keep_more_than_a_sequence() =>
        Gen
            .Byte.Array[0, 200]
            .Sample(bytes =>
            {
                var parser = new KeyParser();
                parser.Feed(bytes);
                parser.Settle();
                Assert.False(parser.IsUnsure);
            });

    private static readonly (string Bytes, Key Key)[] Known =
    [
        ("a", Key.Of("a")),
        ("\r", new(KeyKind.Enter)),
        ("\n", new(KeyKind.Enter, Alt: true)),
        ("\u001b\r", new(KeyKind.Enter, Alt: true)),
        ("\u001b", new(KeyKind.Escape)),
        ("\u001b[A", new(KeyKind.Up)),
        ("\u001bOA", new(KeyKind.Up)),
        ("\u001b[1;3B", new(KeyKind.Down, Alt: true)),
        ("\u001b[1;5F", new(KeyKind.End, Ctrl: true)),
        ("\u001b[5~", new(KeyKind.PageUp)),
        ("\u001b[6~", new(KeyKind.PageDown)),
        ("\u001bOP", new(KeyKind.Help)),
        ("\u001b[11~", new(KeyKind.Help)),
        ("\u007f", new(KeyKind.Backspace)),
        ("\u001b\u007f", new(KeyKind.Backspace, Alt: true)),
        ("\u0003", Key.Control('c')),
        ("\u001bx", new(KeyKind.Text, "x", Alt: true)),
        ("\u001b[200~a\u001b[31m\rb\u001b[201~", new(KeyKind.Paste, "a\u001b[31m\rb")),
    ];

    [Fact]
    public void Each_key_is_known_by_its_bytes() =>
        Assert.All(
            Known,
            known =>
            {
                var parser = new KeyParser();
                List<Key> keys = [.. parser.Feed(Encoding.UTF8.GetBytes(known.Bytes)), .. parser.Settle()];
                Assert.Equal(known.Key, Assert.Single(keys));
            }
        );

    [Fact]
    public void A_paste_beyond_the_limit_is_cut_and_the_next_key_is_a_key()
    {
        var parser = new KeyParser();
        var keys = new List<Key>();
        keys.AddRange(parser.Feed("\u001b[200~"u8));
        for (var count = 0; count < 400; count++)
        {
            keys.AddRange(parser.Feed(Encoding.UTF8.GetBytes(new string('x', 1_024))));
        }

        keys.AddRange(parser.Feed("\u001b[201~\r"u8));
        Assert.Equal([KeyKind.Paste, KeyKind.Enter], keys.Select(key => key.Kind));
        Assert.Equal(KeyParser.PasteBytes, keys[0].Text.Length);
    }

    /// <summary>Typed text may come in one piece or in several.</summary>
    private static List<Key> Joined(List<Key> keys)
    {
        var joined = new List<Key>();
        foreach (var key in keys)
        {
            if (key is { Kind: KeyKind.Text, Alt: false } && joined is [.., { Kind: KeyKind.Text, Alt: false } last])
            {
                joined[^1] = last with { Text = last.Text + key.Text };
            }
            else
            {
                joined.Add(key);
            }
        }

        return joined;
    }
}
