using System.Globalization;
using System.Text;
using Connect.Accounts.Identity;
using CsCheck;
using Xunit;

namespace Connect.Tests.Identity;

/// <summary>Unicode's composed form.</summary>
public sealed class CanonicalFormTests
{
    [Fact]
    public void It_composes_as_another_implementation_does()
    {
        using var stream = typeof(CanonicalFormTests).Assembly.GetManifestResourceStream("canonical-forms-cases.txt")!;
        using var reader = new StreamReader(stream);
        var cases = 0;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            var parts = line.Split(';');
            Assert.Equal(Read(parts[1]), CanonicalForm.Compose(Read(parts[0])));
            cases++;
        }

        Assert.True(cases > 400, $"Only {cases} cases were read.");
    }

    [Fact]
    public void What_is_composed_stays_as_it_is() =>
        Gen.Int[0x20, 0x2FFF]
            .Where(value => value is < 0xD800 or > 0xDFFF)
            .Array[0, 20]
            .Sample(values =>
            {
                var composed = CanonicalForm.Compose(string.Concat(values.Select(char.ConvertFromUtf32)));
                return CanonicalForm.Compose(composed) == composed;
            });

    [Fact]
    public void Every_syllable_of_Hangul_comes_back_from_its_parts()
    {
        for (var syllable = 0xAC00; syllable <= 0xD7A3; syllable++)
        {
            var (index, parts) = (syllable - 0xAC00, new StringBuilder());
            parts.Append((char)(0x1100 + (index / 588))).Append((char)(0x1161 + (index / 28 % 21)));
            if (index % 28 > 0)
            {
                parts.Append((char)(0x11A7 + (index % 28)));
            }

            Assert.Equal(((char)syllable).ToString(), CanonicalForm.Compose(parts.ToString()));
        }
    }

    private static string Read(string codes) =>
        string.Concat(
            codes
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(code =>
                    char.ConvertFromUtf32(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                )
        );
}
