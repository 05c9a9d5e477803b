using System.Globalization;

namespace Connect.LoadGen.Measuring;

/// <summary>The time that a process has spent on the processors, its own and the kernel's for it.</summary>
internal sealed class ProcessorClock(int processId)
{
    /// <summary>Of /proc, the same on every Linux that .NET runs on.</summary>
    private const int TicksPerSecond = 100;

    private readonly string _file = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat");

    public static ProcessorClock Own { get; } = new(Environment.ProcessId);

    public TimeSpan Read() => Parse(File.ReadAllText(_file));

    /// <summary>Fields 14 and 15; the second, a name in brackets, may hold blanks and brackets.</summary>
    internal static TimeSpan Parse(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks =
            long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }
}
