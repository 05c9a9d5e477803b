using Connect.Cli.States;

namespace Connect.Cli.Commands;

/// <summary>send USER TEXT.</summary>
internal static class SendCommand
{
    public static async Task<int> RunAsync(
        CommandRun run,
        string username,
        string text,
        CancellationToken cancellationToken
    )
    {
        if (text == "-")
        {
            text = (await run.Terminal.ReadToEndAsync(cancellationToken)).TrimEnd('\n', '\r');
        }

        if (text.Length == 0)
        {
            throw new CommandException(ExitCode.Usage, "There is nothing to send.");
        }

        await using var device = await Device.OpenAsync(run, cancellationToken);
        var conversation = await Places.OpenAsync(run, device, username, cancellationToken);
        var message = await conversation.EnqueueAsync(text, cancellationToken: cancellationToken);
        await device.ConnectAsync(cancellationToken);
        try
        {
            run.Output.Sent(await message.Sent.WaitAsync(run.Timeout, cancellationToken));
            return ExitCode.Ok;
        }
        catch (TimeoutException)
        {
            run.Output.Queued(message);
            throw new CommandException(
                ExitCode.Unreachable,
                "The server was not reached; the message goes out with the next command that connects."
            );
        }
    }
}
