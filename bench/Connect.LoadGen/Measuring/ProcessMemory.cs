using System.Globalization;

namespace Connect.LoadGen.Measuring;

/// <summary>The memory of another process.</summary>
internal static class ProcessMemory
{
    private const string Line = "VmHWM:";

    /// <summary>The most that it had in memory so far, in bytes.</summary>
    public static long ReadPeak(int processId) =>
        Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status")));

    internal static long Parse(string status)
    {
        var line = status.Split('\n').First(each => each.StartsWith(Line, StringComparison.Ordinal));
        var kilobytes = line[Line.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024;
    }
}
