using System.Text;

namespace Connect.Cli.Keys;

/// <summary>
/// Turns the bytes of a terminal into keys, however they are split. Unknown sequences are ignored.
/// </summary>
internal sealed class KeyParser
{
    /// <summary>The maximum bytes of one paste; the rest is dropped.</summary>
    public const int PasteBytes = 256 * 1024;

    private const int SequenceBytes = 32;
    private const byte Escape = 0x1B;

    private static readonly byte[] PasteEnd = "\u001b[201~"u8.ToArray();

    private readonly List<byte> _bytes = [];
    private readonly List<byte> _pasted = [];
    private readonly StringBuilder _typed = new();
    private bool _pasting;

    /// <summary>Whether the last bytes could be a key of their own or the start of a longer one.</summary>
    public bool IsUnsure => !_pasting && _bytes.Count > 0;

    /// <summary>Takes the bytes received.</summary>
    public List<Key> Feed(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return Parse(final: false);
    }

    /// <summary>Nothing followed for a while, so an Esc was an Esc.</summary>
    public List<Key> Settle() => Parse(final: true);

    private List<Key> Parse(bool final)
    {
        var keys = new List<Key>();
        var at = 0;
        while (at < _bytes.Count)
        {
            var used = _pasting ? Paste(at, keys) : Next(at, final, keys);
            if (used == 0)
            {
                break;
            }

            at += used;
        }

        _bytes.RemoveRange(0, at);
        Typed(keys);
        return keys;
    }

    /// <summary>Parses one key at an index; returns the bytes used, or 0 when more are needed.</summary>
    private int Next(int at, bool final, List<Key> keys)
    {
        var first = _bytes[at];
        if (first == Escape)
        {
            Typed(keys);
            return AfterEscape(at, final, keys);
        }

        if (first is < 0x20 or 0x7F)
        {
            Typed(keys);
            keys.Add(Plain(first));
            return 1;
        }

        return Character(at, final, _typed);
    }

    private int AfterEscape(int at, bool final, List<Key> keys)
    {
        if (at + 1 >= _bytes.Count)
        {
            return Alone(final, keys);
        }

        var second = _bytes[at + 1];
        if (second is (byte)'[' or (byte)'O')
        {
            return Sequence(at, final, keys);
        }

        if (second == Escape)
        {
            keys.Add(new(KeyKind.Escape));
            return 1;
        }

        if (second is < 0x20 or 0x7F)
        {
            keys.Add(Plain(second) with { Alt = true });
            return 2;
        }

        var text = new StringBuilder();
        var used = Character(at + 1, final, text);
        if (used > 0)
        {
            keys.Add(new(KeyKind.Text, text.ToString(), Alt: true));
            return used + 1;
        }

        return 0;
    }

    private static int Alone(bool final, List<Key> keys)
    {
        if (final)
        {
            keys.Add(new(KeyKind.Escape));
        }

        return final ? 1 : 0;
    }

    /// <summary>Esc [ or Esc O, numbers, and a final letter.</summary>
    private int Sequence(int at, bool final, List<Key> keys)
    {
        var end = at + 2;
        while (end < _bytes.Count && _bytes[end] is >= 0x20 and < 0x40)
        {
            end++;
        }

        if (end < _bytes.Count && end - at <= SequenceBytes)
        {
            var last = _bytes[end];
            if (last is < 0x40 or > 0x7E)
            {
                // Not a sequence after all: ignore it up to here.
                return end - at;
            }

            var numbers = Encoding.ASCII.GetString([.. _bytes[(at + 2)..end]]);
            Known(numbers, (char)last, keys);
            return end + 1 - at;
        }

        if (end - at > SequenceBytes)
        {
            return end - at;
        }

        if (!final)
        {
            return 0;
        }

        // Alt with a bracket looks like a truncated sequence: take the Esc and ignore the rest.
        keys.Add(new(KeyKind.Escape));
        return end - at;
    }

    private void Known(string numbers, char last, List<Key> keys)
    {
        if (last == '~' && numbers == "200")
        {
            _pasting = true;
            return;
        }

        var parts = numbers.Split(';');
        var modifiers = parts.Length > 1 && int.TryParse(parts[^1], out var given) ? given - 1 : 0;
        KeyKind? kind = (last, parts[0]) switch
        {
            ('A', _) => KeyKind.Up,
            ('B', _) => KeyKind.Down,
            ('C', _) => KeyKind.Right,
            ('D', _) => KeyKind.Left,
            ('H', _) or ('~', "1" or "7") => KeyKind.Home,
            ('F', _) or ('~', "4" or "8") => KeyKind.End,
            ('~', "3") => KeyKind.Delete,
            ('~', "5") => KeyKind.PageUp,
            ('~', "6") => KeyKind.PageDown,
            ('P', _) or ('~', "11") => KeyKind.Help,
            _ => null,
        };
        if (kind is { } known)
        {
            keys.Add(new(known, Alt: (modifiers & 2) != 0, Ctrl: (modifiers & 4) != 0));
        }
    }

    private int Paste(int at, List<Key> keys)
    {
        var bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes)[at..];
        var end = bytes.IndexOf(PasteEnd);
        // The end marker may be split: keep its beginning until the rest arrives.
        var text = end >= 0 ? bytes[..end] : bytes[..Math.Max(0, bytes.Length - PasteEnd.Length + 1)];
        _pasted.AddRange(text[..Math.Min(text.Length, PasteBytes - _pasted.Count)]);
        if (end < 0)
        {
            return text.Length;
        }

        keys.Add(new(KeyKind.Paste, Encoding.UTF8.GetString([.. _pasted])));
        _pasted.Clear();
        _pasting = false;
        return end + PasteEnd.Length;
    }

    private int Character(int at, bool final, StringBuilder text)
    {
        var rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes)[at..];
        var status = Rune.DecodeFromUtf8(rest, out var rune, out var used);
        if (status == System.Buffers.OperationStatus.NeedMoreData && !final)
        {
            return 0;
        }

        text.Append(rune.ToString());
        return used;
    }

    private void Typed(List<Key> keys)
    {
        if (_typed.Length > 0)
        {
            keys.Add(Key.Of(_typed.ToString()));
            _typed.Clear();
        }
    }

    private static Key Plain(byte code) =>
        code switch
        {
            0x0D => new(KeyKind.Enter),
            // Ctrl-J, and Enter on terminals that send a line feed, insert a new line.
            0x0A => new(KeyKind.Enter, Alt: true),
            0x09 => new(KeyKind.Tab),
            0x08 or 0x7F => new(KeyKind.Backspace),
            0 => Key.Control(' '),
            _ => Key.Control((char)(code | 0x60)),
        };
}
