using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Connect.Server.Configuration;

/// <summary>What is logged, on standard error.</summary>
public sealed class LogOptions
{
    [Description("`text`, one line an event, or `json`, one object a line; always on standard error.")]
    [AllowedValues("text", "json")]
    public string Format { get; set; } = "text";

    [Description("The least severe level of Connect's own events.")]
    public LogLevel Level { get; set; } = LogLevel.Information;
}
