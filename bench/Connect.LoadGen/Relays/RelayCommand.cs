using System.CommandLine;

namespace Connect.LoadGen.Relays;

/// <summary><c>connect-load relay</c>: the relay as a process of its own, so that its CPU can be told apart.</summary>
internal static class RelayCommand
{
    public const string Name = "relay";

    public const string Ready = "The relay is ready at ";

    private static readonly Option<FileInfo> Certificate = new("--certificate")
    {
        Description = "Where to write its certificate, as PEM.",
        Required = true,
    };

    public static Command Create()
    {
        var command = new Command(Name, "A bare relay over the same WebSockets, for comparison. Ends with its input.")
        {
            Certificate,
        };
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                using var certificate = RelayCertificate.Create(TimeProvider.System);
                await File.WriteAllTextAsync(
                    arguments.GetValue(Certificate)!.FullName,
                    certificate.ExportCertificatePem(),
                    cancellationToken
                );
                await using var relay = await RelayServer.StartAsync(certificate, cancellationToken);
                await Console.Out.WriteLineAsync($"{Ready}{relay.Url}");
                await Console.Out.FlushAsync(cancellationToken);
                await Console.In.ReadToEndAsync(cancellationToken);
                return 0;
            }
        );
        return command;
    }
}
