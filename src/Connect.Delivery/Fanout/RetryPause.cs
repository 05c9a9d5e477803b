namespace Connect.Delivery.Fanout;

/// <summary>The pauses between attempts that fail: doubling up to a limit.</summary>
internal static class RetryPause
{
    public static TimeSpan After(int failures, FanoutOptions options)
    {
        var pause = options.RetryFirstPause * Math.Pow(2, Math.Min(failures, 16));
        return pause < options.RetryMaxPause ? pause : options.RetryMaxPause;
    }
}
