using System.Runtime.InteropServices;
using Connect.Server.Tls;

namespace Connect.Server.Hosting;

/// <summary>
/// SIGHUP, which a closed terminal, a rotation of logs or a hook of a certificate's renewal sends, does not end the
/// node: it looks at the certificate files at once. The node's own stop is logged here as well.
/// </summary>
internal sealed partial class HangUp(
    ServerCertificate certificate,
    IHostApplicationLifetime lifetime,
    ILogger<HangUp> logger
) : IHostedService, IDisposable
{
    private PosixSignalRegistration? _signal;

    /// <summary>Keeps the signal from ending a process that does not serve yet, or no longer.</summary>
    public static PosixSignalRegistration Ignore() =>
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(LogStopping);
        _signal = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            context =>
            {
                context.Cancel = true;
                LogHangUp();
                certificate.Look();
            }
        );
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signal?.Dispose();

    [LoggerMessage(4091, LogLevel.Information, "SIGHUP: looking at the certificate files. The node goes on.")]
    private partial void LogHangUp();

    [LoggerMessage(4093, LogLevel.Information, "Stopping: sessions are told to go, then the store closes.")]
    private partial void LogStopping();
}
