using System.Globalization;
using Xunit;

namespace Connect.Cluster.Tests.Faults;

/// <summary>The clock of a process, set from outside; what it measures by another clock passes as it does.</summary>
internal sealed class ProcessClock : IDisposable
{
    /// <summary>Where Debian puts libfaketime.</summary>
    public const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private readonly string _file = Path.GetTempFileName();

    public ProcessClock() => Set(TimeSpan.Zero);

    /// <summary>What makes a process use it.</summary>
    /// <param name="library">libfaketime.</param>
    public IReadOnlyDictionary<string, string> Environment(string library) =>
        new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME_TIMESTAMP_FILE"] = _file,
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            ["FAKETIME_NO_CACHE"] = "1",
        };

    /// <summary>A test that cannot set a clock says so.</summary>
    public static void SkipWithout()
    {
        if (!File.Exists(Library))
        {
            Assert.Skip($"There is no {Library} (Debian: faketime), so a process cannot be given another clock.");
        }
    }

    /// <summary>So far from the true time.</summary>
    public void Set(TimeSpan jump)
    {
        // Replaced as a whole: it is read at each look at the clock.
        var next = _file + ".next";
        File.WriteAllText(next, jump.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture));
        File.Move(next, _file, overwrite: true);
    }

    public void Dispose() => File.Delete(_file);
}
