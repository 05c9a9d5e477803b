using System.Globalization;

namespace Connect.LoadGen.Beside;

/// <summary>Whose figures they are.</summary>
internal enum Build
{
    This,
    Other,
}

/// <summary>One case on one build, run once.</summary>
/// <param name="Case">Its name.</param>
/// <param name="Build">Which of the two.</param>
/// <param name="CpuPerMessage">Microseconds of the server's processors.</param>
/// <param name="MessagesPerSecond">The throughput.</param>
/// <param name="IsClean">No message was lost, duplicated, out of order or refused.</param>
internal sealed record BesideSample(
    string Case,
    Build Build,
    double CpuPerMessage,
    double MessagesPerSecond,
    bool IsClean
);

/// <summary>The middle of some figures, and how far they spread.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("There is no median of nothing.", nameof(figures));
        }

        var (low, high) = (sorted[(sorted.Length - 1) / 2], sorted[sorted.Length / 2]);
        return new((low + high) / 2, sorted[0], sorted[^1]);
    }
}

/// <summary>A case on both builds.</summary>
/// <param name="Name">The case.</param>
/// <param name="Cpu">Microseconds per message of this build.</param>
/// <param name="OtherCpu">The same of the other build.</param>
/// <param name="Throughput">Messages per second of this build.</param>
/// <param name="OtherThroughput">The same of the other build.</param>
/// <param name="IsClean">Every run kept its promises.</param>
internal sealed record BesideCase(
    string Name,
    Spread Cpu,
    Spread OtherCpu,
    Spread Throughput,
    Spread OtherThroughput,
    bool IsClean
)
{
    /// <summary>CPU per message of this build over that of the other; NaN when nothing was measured.</summary>
    public double Ratio => OtherCpu.Median > 0 ? Cpu.Median / OtherCpu.Median : double.NaN;
}

/// <summary>Two builds compared, case by case.</summary>
/// <param name="Cases">In the order in which they were run.</param>
/// <param name="Limit">The highest ratio that passes.</param>
internal sealed record BesideReport(IReadOnlyList<BesideCase> Cases, double Limit)
{
    /// <summary>Whether this build costs no more than the limit allows, and both builds kept their promises.</summary>
    public bool Passes => Cases.Count > 0 && Cases.All(each => VerdictOf(each) == "ok");

    public static BesideReport Of(IEnumerable<BesideSample> samples, double limit)
    {
        var cases =
            from sample in samples
            group sample by sample.Case into runs
            let mine = runs.Where(run => run.Build == Build.This).ToList()
            let others = runs.Where(run => run.Build == Build.Other).ToList()
            select new BesideCase(
                runs.Key,
                Spread.Of(mine.Select(run => run.CpuPerMessage)),
                Spread.Of(others.Select(run => run.CpuPerMessage)),
                Spread.Of(mine.Select(run => run.MessagesPerSecond)),
                Spread.Of(others.Select(run => run.MessagesPerSecond)),
                runs.All(run => run.IsClean)
            );
        return new([.. cases], limit);
    }

    public string VerdictOf(BesideCase each) =>
        !each.IsClean ? "BROKEN"
        : each.Ratio <= Limit ? "ok"
        : "COSTS MORE";

    /// <summary>For people: a row for each case, then what follows from them.</summary>
    public IEnumerable<string> Table()
    {
        yield return Row("case", "CPU us", "min - max", "other us", "min - max", "ratio", "msg/s", "other", "verdict");
        foreach (var each in Cases)
        {
            yield return Row(
                each.Name,
                Show(each.Cpu.Median, "0.0"),
                Range(each.Cpu),
                Show(each.OtherCpu.Median, "0.0"),
                Range(each.OtherCpu),
                Show(each.Ratio, "0.000"),
                Show(each.Throughput.Median, "0"),
                Show(each.OtherThroughput.Median, "0"),
                VerdictOf(each)
            );
        }

        yield return "";
        yield return Passes
            ? $"No case costs more than {Show(Limit, "0.##")} times the CPU of the other build."
            : $"Failed: a case costs more than {Show(Limit, "0.##")} times the other build, or broke a promise.";
    }

    private static string Row(params string[] cells) =>
        cells[0].PadRight(18)
        + string.Concat(
            cells[1..^1].Select(cell => cell.PadLeft(cell.Contains('-', StringComparison.Ordinal) ? 18 : 10))
        )
        + "  "
        + cells[^1];

    private static string Range(Spread spread) => $"{Show(spread.Least, "0.0")} - {Show(spread.Most, "0.0")}";

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
