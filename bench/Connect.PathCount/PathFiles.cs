using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connect.PathCount;

/// <summary>The files that messages enter.</summary>
/// <param name="EveryMessage">A line of them runs for every message, or at least for every second one.</param>
/// <param name="NowAndThen">A line of them ran more often than without messages, but less often than that.</param>
/// <param name="Messages">How many were sent.</param>
internal sealed record PathFiles(IReadOnlyList<string> EveryMessage, IReadOnlyList<string> NowAndThen, int Messages)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Compares the hits of a run with messages with those of one that is as long and has none.</summary>
    /// <remarks>
    /// Timers tick a few times more in one run than in the other. So a file counts when a line of it ran at least half
    /// as many times more as there were messages; the rest is listed apart.
    /// </remarks>
    public static PathFiles Between(
        Dictionary<string, Dictionary<int, int>> idle,
        Dictionary<string, Dictionary<int, int>> busy,
        int messages
    )
    {
        var more = (
            from file in busy
            let without = idle.GetValueOrDefault(file.Key) ?? []
            let most = file
                .Value.Select(line => line.Value - without.GetValueOrDefault(line.Key))
                .DefaultIfEmpty()
                .Max()
            where most > 0
            select (file.Key, Most: most)
        )
            .OrderBy(file => FolderOf(file.Key), StringComparer.Ordinal)
            .ThenBy(file => file.Key, StringComparer.Ordinal)
            .ToList();
        return new(
            [.. more.Where(file => file.Most * 2L >= messages).Select(file => file.Key)],
            [.. more.Where(file => file.Most * 2L < messages).Select(file => file.Key)],
            messages
        );
    }

    /// <summary>For programs: the lists and their lengths.</summary>
    public string ToJson() =>
        new JsonObject
        {
            ["messages"] = Messages,
            ["files"] = EveryMessage.Count,
            ["files_strictly"] = EveryMessage.Count + NowAndThen.Count,
            ["every_message"] = new JsonArray([.. EveryMessage.Select(file => JsonValue.Create(file))]),
            ["now_and_then"] = new JsonArray([.. NowAndThen.Select(file => JsonValue.Create(file))]),
        }.ToJsonString(Indented);

    /// <summary>For people: by folder, and the totals at the end.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        AppendFolders(text, EveryMessage);
        if (NowAndThen.Count > 0)
        {
            text.Append("Not for every message, or by chance:\n\n");
            AppendFolders(text, NowAndThen);
        }

        return text.Append(
                CultureInfo.InvariantCulture,
                $"A direct message enters {EveryMessage.Count} files in {Folders(EveryMessage).Count()} folders "
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"({EveryMessage.Count + NowAndThen.Count} with those that ran more often at all)."
            )
            .ToString();
    }

    private static string FolderOf(string file) => file[..file.LastIndexOf('/')];

    private static IEnumerable<IGrouping<string, string>> Folders(IEnumerable<string> files) => files.GroupBy(FolderOf);

    private static void AppendFolders(StringBuilder text, IEnumerable<string> files)
    {
        foreach (var folder in Folders(files))
        {
            text.Append(CultureInfo.InvariantCulture, $"{folder.Key} ({folder.Count()})\n");
            foreach (var file in folder)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {file[(folder.Key.Length + 1)..]}\n");
            }

            text.Append('\n');
        }
    }
}
