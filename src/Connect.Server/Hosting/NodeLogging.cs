using System.Globalization;
using Connect.Server.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace Connect.Server.Hosting;

/// <summary>Our events at the level that is set, of the libraries only what fails; all on standard error.</summary>
internal static class NodeLogging
{
    public static void AddConnectLogging(this ILoggingBuilder logging, LogOptions options)
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Connect", options.Level);

        // Warnings about its own view of time and of the garbage collector, at each start.
        logging.AddFilter("Orleans", LogLevel.Error);

        // Told by name at Debug and below only: a request's path and query can name a user.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Error);
        if (options.Format == "json")
        {
            logging.AddJsonConsole(console => ConfigureFormatter(console));
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                ConfigureFormatter(console);
                console.SingleLine = true;
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
    }

    private static void ConfigureFormatter(ConsoleFormatterOptions console)
    {
        console.UseUtcTimestamp = true;
        console.TimestampFormat = CultureInfo.InvariantCulture.DateTimeFormat.SortableDateTimePattern + "'Z' ";
        console.IncludeScopes = false;
    }
}
