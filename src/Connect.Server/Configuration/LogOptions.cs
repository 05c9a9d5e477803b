namespace Connect.Server.Configuration;

/// <summary>What is logged, on standard error.</summary>
public sealed class LogOptions
{
    /// <summary><c>text</c>, one line an event (the default), or <c>json</c>, one object a line.</summary>
    public string Format { get; set; } = "text";

    /// <summary>The least severe level of Connect's own events. Default <c>Information</c>.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;
}
