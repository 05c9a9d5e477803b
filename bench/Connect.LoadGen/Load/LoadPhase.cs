using System.Globalization;

namespace Connect.LoadGen.Load;

/// <summary>How fast a run sends for a while.</summary>
/// <param name="Window">Closed loop: messages of one sender on their way at once; 0 = open loop.</param>
/// <param name="Rate">Open loop: messages per second of all senders; 0 = closed loop.</param>
/// <param name="WarmUp">Not measured.</param>
/// <param name="Duration">Measured.</param>
internal sealed record LoadPhase(int Window, double Rate, TimeSpan WarmUp, TimeSpan Duration)
{
    /// <summary>
    /// Ends warm-up and measurement by count, so that runs do the same work; their times are the longest they may take.
    /// </summary>
    public LoadAmount? Amount { get; init; }

    public bool IsOpen => Window == 0;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsOpen ? $"{Rate:0}/s" : $"window {Window}")}");
}

/// <summary>How many messages a phase sends.</summary>
/// <param name="WarmUp">During the warm-up.</param>
/// <param name="Messages">While it is measured.</param>
internal sealed record LoadAmount(long WarmUp, long Messages);
