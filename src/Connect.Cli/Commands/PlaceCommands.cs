using System.CommandLine;
using Connect.Cli.Output;
using Connect.Cli.States;
using Connect.Client;

namespace Connect.Cli.Commands;

/// <summary>mute, unmute, hide, unhide, readers: a conversation in this user's list, and who has read in it.</summary>
internal static class PlaceCommands
{
    private static readonly Argument<string> Place = new("USER")
    {
        Description = "The conversation with this user, or group:TITLE.",
    };

    private static readonly Argument<long> Seq = new("SEQ") { Description = "The number of the message." };

    private static readonly Option<double> Hours = new("--hours")
    {
        Description = "For how long.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => 8,
    };

    public static void AddTo(CommandList commands)
    {
        var mute = commands.Add("mute", "Mute a conversation for a while.", [Place], MuteAsync);
        mute.Options.Add(Hours);
        commands.Add(
            "unmute",
            "Hear of a conversation again.",
            [Place],
            (run, arguments, token) => AtAsync(run, arguments, at => at.MuteAsync(null, token), token)
        );
        commands.Add(
            "hide",
            "Hide a conversation until something new comes.",
            [Place],
            (run, arguments, token) => AtAsync(run, arguments, at => at.HideAsync(token), token)
        );
        commands.Add(
            "unhide",
            "Bring a hidden conversation back into the list.",
            [Place],
            (run, arguments, token) => AtAsync(run, arguments, at => at.UnhideAsync(token), token)
        );
        commands.Add("readers", "Who has got and read a message.", [Place, Seq], ReadersAsync);
    }

    private static Task<int> MuteAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var hours = arguments.GetValue(Hours);
        return hours is > 0 and <= 24 * 366 * 10
            ? AtAsync(run, arguments, at => at.MuteAsync(TimeProvider.System.GetUtcNow().AddHours(hours), token), token)
            : throw new CommandException(ExitCode.Usage, "--hours is above 0, and ten years at most.");
    }

    private static async Task<int> ReadersAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var seq = arguments.GetRequiredValue(Seq);
        if (seq < 1)
        {
            throw new CommandException(ExitCode.Usage, "SEQ is 1 or more.");
        }

        await using var device = await Device.OpenAsync(run, token);
        var conversation = await Places.OpenAsync(run, device, arguments.GetRequiredValue(Place), token);
        await device.LiveAsync(run.Timeout, token);
        var names = NameBook.Of(run, device);
        foreach (var reader in await conversation.ReadersAsync(seq, token))
        {
            run.Output.Reader(reader, await names.NameAsync(reader.User, conversation.Id, token), seq);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> AtAsync(
        CommandRun run,
        ParseResult arguments,
        Func<Conversation, Task> change,
        CancellationToken token
    )
    {
        await using var device = await Device.OpenAsync(run, token);
        await change(await Places.OpenAsync(run, device, arguments.GetRequiredValue(Place), token));
        return ExitCode.Ok;
    }
}
