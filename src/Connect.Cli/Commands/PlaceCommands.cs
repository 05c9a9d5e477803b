using System.CommandLine;
using Connect.Cli.Runs;
using Connect.Cli.Words;
using Connect.Client;

namespace Connect.Cli.Commands;

/// <summary>
/// mute, unmute, hide, unhide, readers: settings of one conversation, and who has read a message in it.
/// </summary>
internal static class PlaceCommands
{
    private static readonly Argument<string> Place = new("USER")
    {
        Description = "The conversation with this user, or group:TITLE.",
    };

    private static readonly Argument<long> Seq = new("SEQ")
    {
        Description = "The number of the message, as shown after #.",
    };

    private static readonly Option<double> Hours = new("--hours")
    {
        Description = "How long to mute it for.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => 8,
    };

    public static void AddTo(CommandList commands)
    {
        var mute = commands.Add("mute", "Mute a conversation for a while.", [Place], MuteAsync);
        mute.Options.Add(Hours);
        commands.Add(
            "unmute",
            "Unmute a conversation.",
            [Place],
            (run, arguments, token) => AtAsync(run, arguments, at => at.MuteAsync(null, token), token)
        );
        commands.Add(
            "hide",
            "Hide a conversation until there is something new in it.",
            [Place],
            (run, arguments, token) => AtAsync(run, arguments, at => at.HideAsync(token), token)
        );
        commands.Add(
            "unhide",
            "Show a hidden conversation in the list again.",
            [Place],
            (run, arguments, token) => AtAsync(run, arguments, at => at.UnhideAsync(token), token)
        );
        commands.Add("readers", "Show who has received and read a message.", [Place, Seq], ReadersAsync);
    }

    private static Task<int> MuteAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var hours = arguments.GetValue(Hours);
        return hours is > 0 and <= 24 * 366 * 10
            ? AtAsync(run, arguments, at => at.MuteAsync(TimeProvider.System.GetUtcNow().AddHours(hours), token), token)
            : throw new CommandException(ExitCode.Usage, "--hours must be above 0 and at most ten years.");
    }

    private static async Task<int> ReadersAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var seq = arguments.GetRequiredValue(Seq);
        if (seq < 1)
        {
            throw new CommandException(ExitCode.Usage, "SEQ must be at least 1.");
        }

        await using var device = await Device.OpenAsync(run, token);
        var conversation = await Places.OpenAsync(run, device, arguments.GetRequiredValue(Place), token);
        await device.LiveAsync(run.Timeout, token);
        var names = NameBook.Of(run, device);
        var readers = await conversation.ReadersAsync(seq, token);
        var isOld =
            readers.Any(reader => ReaderWords.Of(reader, seq, isOld: false) == ReaderState.NotYet)
            && await TimeOfAsync(conversation, seq, token) < device.Client.EndedBefore;
        foreach (var reader in readers)
        {
            var name = await names.NameAsync(reader.User, conversation.Id, token);
            run.Output.Reader(reader, name, ReaderWords.Of(reader, seq, isOld));
        }

        return ExitCode.Ok;
    }

    /// <summary>When an entry was committed; null when the history no longer has it.</summary>
    private static async Task<DateTimeOffset?> TimeOfAsync(Conversation conversation, long seq, CancellationToken token)
    {
        await foreach (var page in conversation.HistoryAsync(seq + 1, 1, token))
        {
            return page.Entries.FirstOrDefault(entry => entry.Seq == seq)?.Time;
        }

        return null;
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
