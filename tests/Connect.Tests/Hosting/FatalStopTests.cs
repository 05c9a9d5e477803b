using Connect.Server.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Hosting;

public sealed class FatalStopTests
{
    [Fact]
    public void What_does_not_stop_in_10_seconds_is_ended_at_once()
    {
        var time = new FakeTimeProvider();
        var ended = new List<string>();
        var exitCode = Environment.ExitCode;
        using var life = new Lifetime();
        using var stop = new FatalStop(life, time, ended.Add);
        try
        {
            stop.Stop("The disk is gone.");
            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = exitCode;
        }

        Assert.True(life.ApplicationStopping.IsCancellationRequested);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(ended);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(["The disk is gone."], ended);
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
