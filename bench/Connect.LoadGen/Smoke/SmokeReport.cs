using System.Globalization;
using Connect.LoadGen.Checking;

namespace Connect.LoadGen.Smoke;

/// <summary>What a smoke run found.</summary>
/// <param name="Verdict">Of the checker.</param>
/// <param name="Failures">What went wrong with the run itself, such as a kill that hit nothing.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record SmokeReport(Verdict Verdict, IReadOnlyList<string> Failures, TimeSpan Elapsed)
{
    /// <summary>All is well.</summary>
    public bool IsClean => Verdict.IsClean && Failures.Count == 0;

    /// <summary>One line of JSON.</summary>
    public override string ToString()
    {
        var figures = new (string Name, double Value)[]
        {
            ("sent", Verdict.Sent),
            ("acked", Verdict.Acked),
            ("lost", Verdict.Lost),
            ("duplicated", Verdict.Duplicated),
            ("out_of_order", Verdict.OutOfOrder),
            ("seconds", Math.Round(Elapsed.TotalSeconds, 1)),
        };
        var fields = figures.Select(f => string.Create(CultureInfo.InvariantCulture, $"\"{f.Name}\":{f.Value}"));
        return "{" + string.Join(',', fields) + "}";
    }
}
