using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Quickstart;

/// <summary>The README as its reader takes it: lines to copy.</summary>
internal static class Readme
{
    /// <summary>The lines of the block that follows a mark.</summary>
    public static string[] Block(string mark)
    {
        var lines = File.ReadAllLines(Path.Combine(ServerPrograms.Root, "README.md"));
        var at = Array.IndexOf(lines, mark);
        Assert.True(at >= 0, $"The README has no line {mark}.");
        var fence = Array.FindIndex(lines, at, line => line.StartsWith("```", StringComparison.Ordinal));
        var end = Array.FindIndex(lines, fence + 1, line => line == "```");
        return lines[(fence + 1)..end];
    }
}
