using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Connect.Accounts.Identity;

/// <summary>
/// Unicode's normalization form C (UAX 15): texts that look the same are the same, whichever keyboard typed them.
/// </summary>
/// <remarks>
/// The runtime's own normalization does nothing in a process without the culture data of ICU, and this server is one.
/// The forms of a character that exists never change, so the table need not follow Unicode's versions: a character
/// that is newer is left as it is.
/// </remarks>
internal static class CanonicalForm
{
    private const int HangulFirst = 0xAC00;
    private const int HangulCount = 11_172;
    private const int LeadFirst = 0x1100;
    private const int LeadCount = 19;
    private const int VowelFirst = 0x1161;
    private const int VowelCount = 21;
    private const int TailFirst = 0x11A7;
    private const int TailCount = 28;

    /// <summary>Nothing below is changed by composition, nor by what follows it there.</summary>
    private const char FirstThatMayChange = '\u0300';

    private static readonly Lazy<Table> Known = new(Table.Read);

    /// <summary>The composed form of a well-formed text.</summary>
    public static string Compose(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(FirstThatMayChange - 1)) < 0
            ? text
            : ComposeAll(Known.Value, text);

    private static string ComposeAll(Table table, string text)
    {
        var decomposed = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(table, rune.Value, decomposed);
        }

        Order(table, decomposed);
        Combine(table, decomposed);
        var composed = new StringBuilder(text.Length);
        foreach (var value in decomposed)
        {
            composed.Append(new Rune(value).ToString());
        }

        return composed.ToString();
    }

    private static void Decompose(Table table, int value, List<int> to)
    {
        var syllable = value - HangulFirst;
        if (syllable is >= 0 and < HangulCount)
        {
            to.Add(LeadFirst + (syllable / (VowelCount * TailCount)));
            to.Add(VowelFirst + (syllable / TailCount % VowelCount));
            if (syllable % TailCount > 0)
            {
                to.Add(TailFirst + (syllable % TailCount));
            }
        }
        else if (table.Decompositions.TryGetValue(value, out var parts))
        {
            Decompose(table, parts.First, to);
            if (parts.Second > 0)
            {
                Decompose(table, parts.Second, to);
            }
        }
        else
        {
            to.Add(value);
        }
    }

    /// <summary>Puts marks that follow one letter in the order of their classes; those of one class stay.</summary>
    private static void Order(Table table, List<int> values)
    {
        for (var at = 1; at < values.Count; at++)
        {
            var value = values[at];
            var rank = table.ClassOf(value);
            var to = at;
            while (rank > 0 && to > 0 && table.ClassOf(values[to - 1]) > rank)
            {
                values[to] = values[to - 1];
                to--;
            }

            values[to] = value;
        }
    }

    private static void Combine(Table table, List<int> values)
    {
        // Where the last letter is, and the class of what stands between it and here: -1 when nothing does.
        var (letter, between, kept) = (-1, -1, 0);
        for (var at = 0; at < values.Count; at++)
        {
            var value = values[at];
            var rank = table.ClassOf(value);
            if (letter >= 0 && between < rank && table.Pair(values[letter], value) is { } composed)
            {
                values[letter] = composed;
                continue;
            }

            values[kept] = value;
            (letter, between) = rank == 0 ? (kept, -1) : (letter, rank);
            kept++;
        }

        values.RemoveRange(kept, values.Count - kept);
    }

    private static int? CombineHangul(int first, int second)
    {
        var (lead, vowel) = (first - LeadFirst, second - VowelFirst);
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return HangulFirst + (((lead * VowelCount) + vowel) * TailCount);
        }

        var (syllable, tail) = (first - HangulFirst, second - TailFirst);
        return syllable is >= 0 and < HangulCount && syllable % TailCount == 0 && tail is > 0 and < TailCount
            ? first + tail
            : null;
    }

    /// <summary>What <c>canonical-forms.txt</c> says; its first lines explain the rest.</summary>
    private sealed class Table
    {
        private readonly FrozenDictionary<int, int> _classes;
        private readonly FrozenDictionary<(int, int), int> _composites;

        private Table(
            Dictionary<int, (int, int)> decompositions,
            Dictionary<(int, int), int> composites,
            Dictionary<int, int> classes
        )
        {
            Decompositions = decompositions.ToFrozenDictionary();
            _composites = composites.ToFrozenDictionary();
            _classes = classes.ToFrozenDictionary();
        }

        /// <summary>One step: the second part is 0 when there is none.</summary>
        public FrozenDictionary<int, (int First, int Second)> Decompositions { get; }

        public static Table Read()
        {
            using var stream = typeof(CanonicalForm).Assembly.GetManifestResourceStream("canonical-forms.txt")!;
            using var reader = new StreamReader(stream);
            var decompositions = new Dictionary<int, (int, int)>();
            var composites = new Dictionary<(int, int), int>();
            var classes = new Dictionary<int, int>();
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith('#'))
                {
                    continue;
                }

                switch (line.Split(' '))
                {
                    case [var from, var to, "@", var rank]:
                        for (var value = Hex(from); value <= Hex(to); value++)
                        {
                            classes[value] = int.Parse(rank, CultureInfo.InvariantCulture);
                        }

                        break;
                    case [var whole, var kind, var first, .. var rest]:
                        var parts = (Hex(first), rest is [var second] ? Hex(second) : 0);
                        decompositions[Hex(whole)] = parts;
                        if (kind == "=")
                        {
                            composites[parts] = Hex(whole);
                        }

                        break;
                    default:
                        throw new InvalidDataException($"canonical-forms.txt: {line}");
                }
            }

            return new(decompositions, composites, classes);
        }

        public int ClassOf(int value) => _classes.GetValueOrDefault(value);

        public int? Pair(int first, int second) =>
            _composites.TryGetValue((first, second), out var composed) ? composed : CombineHangul(first, second);

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
