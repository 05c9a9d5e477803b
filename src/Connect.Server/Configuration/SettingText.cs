using System.Globalization;

namespace Connect.Server.Configuration;

/// <summary>Values of settings in writing.</summary>
public static class SettingText
{
    private static readonly string[] SecretWords = ["Password", "Secret", "Token", "ConnectionString"];

    private static readonly (long Size, string Unit)[] ByteUnits =
    [
        (1L << 30, "GiB"),
        (1L << 20, "MiB"),
        (1L << 10, "KiB"),
    ];

    private static readonly (TimeSpan Size, string Unit)[] TimeUnits =
    [
        (TimeSpan.FromDays(1), "days"),
        (TimeSpan.FromHours(1), "h"),
        (TimeSpan.FromMinutes(1), "min"),
        (TimeSpan.FromSeconds(1), "s"),
        (TimeSpan.FromMilliseconds(1), "ms"),
    ];

    /// <summary>As one would write it to set it.</summary>
    public static string Plain(object? value) =>
        value switch
        {
            null => "",
            IEnumerable<string> list => string.Join(", ", list),
            TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture).TrimFraction(),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    /// <summary>As people read it: <c>64 KiB</c>, <c>10 s</c>, <c>100,000</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isBytes">Whether a number counts bytes.</param>
    public static string Readable(object? value, bool isBytes) =>
        value switch
        {
            TimeSpan time => Readable(time),
            int or long or uint or ulong => Readable(Convert.ToDecimal(value, CultureInfo.InvariantCulture), isBytes),
            _ => Plain(value),
        };

    /// <summary>
    /// A value for eyes that may see less than the operator: where the path of a file with a secret is expected, what
    /// is no such path may be the secret itself.
    /// </summary>
    public static string Redacted(Setting setting, string value) =>
        IsSecret(setting.Name) || (NamesSecretFile(setting.Name) && value.Length > 0 && !File.Exists(value))
            ? "(not shown)"
            : value;

    /// <summary>Whether a setting would be a secret by its name; there is none, secrets come in files.</summary>
    public static bool IsSecret(string name) => EndsWithSecret(name);

    private static bool NamesSecretFile(string name) =>
        name.EndsWith("File", StringComparison.Ordinal) && EndsWithSecret(name[..^"File".Length]);

    private static bool EndsWithSecret(string name) =>
        SecretWords.Any(word => name.EndsWith(word, StringComparison.OrdinalIgnoreCase));

    private static string Readable(decimal number, bool isBytes)
    {
        var (size, unit) = isBytes
            ? ByteUnits.FirstOrDefault(each => number >= each.Size && number % each.Size == 0)
            : default;
        return size == 0
            ? number.ToString("N0", CultureInfo.InvariantCulture)
            : (number / size).ToString("N0", CultureInfo.InvariantCulture) + " " + unit;
    }

    private static string Readable(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
        {
            return "0 s";
        }

        var (size, unit) = TimeUnits.FirstOrDefault(each => time >= each.Size && time.Ticks % each.Size.Ticks == 0);
        var count = unit is null ? 0 : time.Ticks / size.Ticks;
        return unit is null ? Plain(time) : $"{count} {(count == 1 && unit == "days" ? "day" : unit)}";
    }

    private static string TrimFraction(this string time) =>
        time.Contains('.') && time.Contains(':') && time.LastIndexOf('.') > time.LastIndexOf(':')
            ? time.TrimEnd('0')
            : time;
}
