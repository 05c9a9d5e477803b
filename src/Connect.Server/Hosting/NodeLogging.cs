using Connect.Server.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace Connect.Server.Hosting;

/// <summary>Our events at the level that is set, of the libraries only what fails; all on standard error.</summary>
internal static class NodeLogging
{
    /// <summary>RFC 3339.</summary>
    private const string Timestamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

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
            logging.AddJsonConsole(console => ConfigureFormatter(console, Timestamp));
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                ConfigureFormatter(console, Timestamp + " ");
                console.SingleLine = true;
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;

            // When whoever should read the log does not, lines are dropped (the next one says how many): with the
            // other mode, each thread that logs would wait for that reader, for good.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }

    private static void ConfigureFormatter(ConsoleFormatterOptions console, string timestamp)
    {
        console.UseUtcTimestamp = true;
        console.TimestampFormat = timestamp;
        console.IncludeScopes = false;
    }
}
