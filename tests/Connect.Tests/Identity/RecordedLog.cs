using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Connect.Tests.Identity;

/// <summary>Keeps each event as text.</summary>
internal sealed class RecordedLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<(EventId Event, string Text)> Events { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Events.Enqueue((eventId, formatter(state, exception) + exception));

    public void Dispose() { }
}
