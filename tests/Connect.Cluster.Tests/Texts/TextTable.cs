using System.Text;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Texts;

/// <summary>The strings that every way through the server is tried with.</summary>
internal static class TextTable
{
    private const ErrorCode Kept = ErrorCode.None;

    /// <summary>Unicode, whole, and what the limits say of it.</summary>
    public static IReadOnlyList<TextCase> Whole { get; } =
    [
        Case("plain", "Hello, world."),
        Case("empty", "", ErrorCode.Invalid, ErrorCode.Invalid),
        Case("only blanks", "   \u00A0\u3000 ", Kept, ErrorCode.Invalid),
        Case("only a line end", "\n", Kept, ErrorCode.Invalid),
        Case("blanks around", "  padded\u00A0 "),
        Case("tab and line ends", "a\tb\nc\r\nd\re", Kept, ErrorCode.Invalid),
        Case("NUL within", "a\0b", Kept, ErrorCode.Invalid),
        Case("only NUL", "\0", Kept, ErrorCode.Invalid),
        Case(
            "all of C0 and DEL",
            string.Concat(Enumerable.Range(0, 32).Append(127).Select(c => (char)c)),
            Kept,
            ErrorCode.Invalid
        ),
        Case("all of C1", string.Concat(Enumerable.Range(0x80, 32).Select(c => (char)c)), Kept, ErrorCode.Invalid),
        Case("commands for a terminal", "\u001b[2J\u001b]0;x\a\u009b31m", Kept, ErrorCode.Invalid),
        Case("line and paragraph separators", "a\u2028b\u2029c"),
        Case("BOM first", "\uFEFFtext"),
        Case("only a BOM", "\uFEFF"),
        Case("BOMs within and last", "a\uFEFF\uFEFFb\uFEFF"),
        Case("only noncharacters", "\uFFFE\uFFFF"),
        Case("replacement character", "a\uFFFDb"),
        Case("noncharacters", "a\uFFFE\uFFFF\uFDD0b\U0010FFFF"),
        Case("private use", "\uE000\U000F0000\U0010FFFD"),
        Case("composed", "caf\u00E9 \u212B"),
        Case("decomposed", "cafe\u0301 A\u030A"),
        Case("Hangul, whole and in parts", "\uD55C \u1112\u1161\u11AB"),
        Case("a heap of marks", "a" + string.Concat(Enumerable.Repeat("\u0300\u0316", 30))),
        Case("a mark alone", "\u0301"),
        Case("marks of the direction", "a\u200Fb\u200Ec\u061Cd"),
        Case("overrides of the direction", "invoice\u202Efdp.exe\u202C \u2066x\u2069"),
        Case("right to left", "שלום مرحبا"),
        Case("a family", "\U0001F469\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466"),
        Case("tones, flags and keycaps", "\U0001F44D\U0001F3FD \U0001F1E9\U0001F1EA 1\uFE0F\u20E3 \u2764\uFE0F"),
        Case("a flag of tags", "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"),
        Case("no width", "a\u200Bb\u2060c\u00ADd"),
        Case("beyond the first plane", "\U00010000\U0001F600\U000E0001"),
        Case("like JSON", "{\"text\":\"\\\"}\\u0041\\ud800 </script>&amp;"),
        Case("like protobuf", "\u0001\u0002\u0008", Kept, ErrorCode.Invalid),
        Case("256 bytes", new string('t', 254) + "é"),
        Case("257 bytes, the limit of titles within a character", new string('t', 255) + "é", Kept, ErrorCode.TooLarge),
        Case("8,000 bytes", new string('x', 8_000), Kept, ErrorCode.TooLarge),
        Case("8,001 bytes", new string('x', 8_001), ErrorCode.TooLarge, ErrorCode.TooLarge),
        Case("8,000 bytes, the last three one character", new string('x', 7_997) + "€", Kept, ErrorCode.TooLarge),
        Case(
            "8,001 bytes, the limit within a character",
            new string('x', 7_998) + "€",
            ErrorCode.TooLarge,
            ErrorCode.TooLarge
        ),
        Case(
            "8,002 bytes, the limit within a pair",
            new string('x', 7_998) + "😀",
            ErrorCode.TooLarge,
            ErrorCode.TooLarge
        ),
        Case("8,000 bytes of pairs", string.Concat(Enumerable.Repeat("😀", 2_000)), Kept, ErrorCode.TooLarge),
        Case("8,000 bytes of NUL", new string('\0', 8_000), Kept, ErrorCode.TooLarge),
        Case("8,001 bytes of NUL", new string('\0', 8_001), ErrorCode.TooLarge, ErrorCode.TooLarge),
        Case("10,000 bytes in 5,000 characters", new string('é', 5_000), ErrorCode.TooLarge, ErrorCode.TooLarge),
    ];

    /// <summary>What is no Unicode: no text, no title, no anything.</summary>
    public static IReadOnlyList<TextCase> Broken { get; } =
    [
        Broke("a high surrogate alone", [0xED, 0xA0, 0x80], "\\ud800"),
        Broke("a low surrogate alone", [0xED, 0xBF, 0xBF], "\\udfff"),
        Broke("a high surrogate at the end", [0x61, 0xED, 0xA0, 0xBD], "a\\ud83d"),
        Broke("surrogates the wrong way round", [0xED, 0xB8, 0x80, 0xED, 0xA0, 0xBD], "\\ude00\\ud83d"),
        Broke("a pair, each half encoded", [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], null),
        Broke("an overlong NUL", [0x61, 0xC0, 0x80], null),
        Broke("an overlong slash", [0xE0, 0x80, 0xAF], null),
        Broke("a character cut short", [0x61, 0xE2, 0x82], null),
        Broke("a character cut short within", [0xE2, 0x82, 0x61], null),
        Broke("a byte that goes on with nothing", [0x61, 0x80], null),
        Broke("a byte that is none", [0xFF], null),
        Broke("beyond Unicode", [0xF4, 0x90, 0x80, 0x80], null),
        Broke("Latin-1", [0x63, 0x61, 0x66, 0xE9], null),
    ];

    private static TextCase Case(string name, string text, ErrorCode asMessage = Kept, ErrorCode asTitle = Kept) =>
        new(
            name,
            Encoding.UTF8.GetBytes(text),
            string.Concat(text.Select(unit => $"\\u{(int)unit:x4}")),
            asMessage,
            asTitle
        );

    private static TextCase Broke(string name, byte[] bytes, string? escaped) =>
        new(name, bytes, escaped, ErrorCode.BadFrame, ErrorCode.Invalid);
}
