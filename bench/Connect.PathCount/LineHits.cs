using System.Globalization;
using System.Text.Json;

namespace Connect.PathCount;

/// <summary>How often each line of our own sources ran, as coverlet's JSON report says it.</summary>
internal static class LineHits
{
    private static readonly string[] Generated = ["obj", "bin", "artifacts"];

    /// <summary>The hits by file, its path relative to the root, and line. Generated files are left out.</summary>
    /// <param name="report">Module, file, class and method, each an object; below them lines and their hits.</param>
    /// <param name="root">The folder of the repository.</param>
    public static Dictionary<string, Dictionary<int, int>> Read(string report, string root)
    {
        var files = new Dictionary<string, Dictionary<int, int>>();
        using var modules = JsonDocument.Parse(report);
        foreach (var file in modules.RootElement.EnumerateObject().SelectMany(module => module.Value.EnumerateObject()))
        {
            var path = Path.GetRelativePath(root, file.Name).Replace('\\', '/');
            if (!IsOurs(path))
            {
                continue;
            }

            if (!files.TryGetValue(path, out var lines))
            {
                files[path] = lines = [];
            }

            Add(file.Value, lines);
        }

        return files;
    }

    private static bool IsOurs(string path)
    {
        var parts = path.Split('/');
        return parts[0] == "src"
            && !parts.Intersect(Generated).Any()
            && !path.EndsWith(".g.cs", StringComparison.Ordinal);
    }

    /// <summary>A line with a lambda belongs to two methods: the higher count is how often it ran.</summary>
    private static void Add(JsonElement classes, Dictionary<int, int> lines)
    {
        var hits =
            from type in classes.EnumerateObject()
            from method in type.Value.EnumerateObject()
            from line in method.Value.GetProperty("Lines").EnumerateObject()
            select (Number: int.Parse(line.Name, CultureInfo.InvariantCulture), Count: line.Value.GetInt32());
        foreach (var (number, count) in hits)
        {
            lines[number] = Math.Max(lines.GetValueOrDefault(number), count);
        }
    }
}
