using System.Text;

namespace Connect.Server.Configuration;

/// <summary>Writes what there is to set, for docs/operations.md and for the terminal.</summary>
internal static class SettingDocument
{
    /// <summary>One table.</summary>
    public static string WriteMarkdown()
    {
        var text = new StringBuilder("| setting | default | allowed | meaning |\n|---|---|---|---|\n");
        foreach (var setting in SettingList.All)
        {
            text.Append(
                $"| `{setting.Name}` | {Default(setting, "`")} | {AllowedOrKind(setting)} | {setting.Meaning} |\n"
            );
        }

        return text.ToString();
    }

    /// <summary>Two lines each.</summary>
    public static string WriteText()
    {
        var text = new StringBuilder();
        foreach (var setting in SettingList.All)
        {
            var value = Default(setting, "");
            text.Append($"{setting.Name}  ({setting.Kind}; {AllowedOrKind(setting)}; ");
            text.Append(value.Length > 0 ? $"default {value})\n" : "not set by default)\n");
            text.Append($"    {setting.Meaning}\n");
        }

        return text.ToString();
    }

    private static string AllowedOrKind(Setting setting) =>
        setting.Allowed.Length > 0 ? setting.Allowed : $"any {setting.Kind}";

    private static string Default(Setting setting, string quote)
    {
        var isBytes = setting.Name.EndsWith("Bytes", StringComparison.Ordinal);
        var text = SettingText.Readable(setting.Default, isBytes);
        return setting.Kind is "text" or "word" && text.Length > 0 ? quote + text + quote : text;
    }
}
