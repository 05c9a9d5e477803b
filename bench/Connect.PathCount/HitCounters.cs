using System.Reflection;

namespace Connect.PathCount;

/// <summary>
/// The counters that coverlet put into each assembly. Coverlet counts the whole life of a process; here only a part
/// of it counts, so that neither start nor shutdown blurs the figures.
/// </summary>
internal static class HitCounters
{
    private const string Namespace = "Coverlet.Core.Instrumentation.Tracker";
    private const BindingFlags Members = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Counts from here on.</summary>
    public static void Reset()
    {
        foreach (var tracker in Trackers())
        {
            Array.Clear((int[])tracker.GetField("HitsArray", Members)!.GetValue(null)!);
        }
    }

    /// <summary>Writes what was counted; nothing is added to it later.</summary>
    public static void Write()
    {
        foreach (var tracker in Trackers())
        {
            tracker.GetMethod("UnloadModule", Members)!.Invoke(null, [null, EventArgs.Empty]);
            tracker.GetField("FlushHitFile", Members)!.SetValue(null, false);
        }
    }

    private static List<Type> Trackers()
    {
        var trackers = (
            from assembly in AppDomain.CurrentDomain.GetAssemblies()
            where !assembly.IsDynamic
            from type in assembly.GetTypes()
            where type.Namespace == Namespace
            select type
        ).ToList();
        return trackers.Count > 0
            ? trackers
            : throw new InvalidOperationException("The server has no counters: run this by `./dev path-files`.");
    }
}
