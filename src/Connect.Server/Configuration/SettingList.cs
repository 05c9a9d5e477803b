using System.Reflection;

namespace Connect.Server.Configuration;

/// <summary>All settings there are, in the order of the options classes.</summary>
public static class SettingList
{
    public static IReadOnlyList<Setting> All { get; } = [.. Walk(typeof(ServerOptions), [])];

    /// <summary>The names that settings had in earlier versions, and what they are called now.</summary>
    public static IReadOnlyDictionary<string, string> Renamed { get; } =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Gateway:SyncWindow"] = "Store:UndeliveredTtl",
        };

    /// <summary>The setting of a key of a configuration, which may name an element of a list.</summary>
    public static Setting? Find(string key) =>
        All.FirstOrDefault(each =>
            key.Equals(each.Name, StringComparison.OrdinalIgnoreCase)
            || (
                each.IsList
                && key.StartsWith(each.Name + ":", StringComparison.OrdinalIgnoreCase)
                && key[(each.Name.Length + 1)..].All(char.IsAsciiDigit)
            )
        );

    /// <summary>The setting that somebody may have meant.</summary>
    public static Setting? FindSimilar(string key)
    {
        var (closest, distance) = All.Select(each => (each, Distance(Lower(each.Name), Lower(key))))
            .MinBy(each => each.Item2);
        return distance <= Math.Max(2, key.Length / 4)
            ? closest
            : All.FirstOrDefault(each => Lower(each.Name).EndsWith(":" + Lower(key), StringComparison.Ordinal));
    }

    private static IEnumerable<Setting> Walk(Type type, PropertyInfo[] path)
    {
        foreach (var property in type.GetProperties().Where(each => each.CanWrite || IsList(each)))
        {
            PropertyInfo[] here = [.. path, property];
            if (!IsSection(property.PropertyType))
            {
                yield return new(here);
                continue;
            }

            foreach (var setting in Walk(property.PropertyType, here))
            {
                yield return setting;
            }
        }
    }

    private static bool IsList(PropertyInfo property) => property.PropertyType == typeof(IList<string>);

    private static bool IsSection(Type type) => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal);

    /// <summary>How many letters must change, come or go (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var change = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    private static string Lower(string text) => text.ToLowerInvariant();
}
