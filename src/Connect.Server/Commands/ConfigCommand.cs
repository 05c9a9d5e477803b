using System.CommandLine;
using Connect.Server.Configuration;
using Connect.Server.Limits;
using Connect.Server.Tls;

namespace Connect.Server.Commands;

/// <summary><c>config</c>: what is set, whether it is allowed, what there is to set.</summary>
internal static class ConfigCommand
{
    public static Command Create(CommandRun run)
    {
        var config = new Command("config", "Look at the settings.");
        var check = new Command("check", "Read the settings as a start does and name every problem.");
        check.SetAction((_, _) => CheckAsync(run));
        config.Subcommands.Add(check);
        var print = new Command("print", "Print every setting, its value and where the value comes from.");
        print.SetAction((_, _) => PrintAsync(run));
        config.Subcommands.Add(print);
        config.Subcommands.Add(CreateDoc(run));
        return config;
    }

    private static Command CreateDoc(CommandRun run)
    {
        var limits = new Option<bool>("--limits") { Description = "Every limit instead, as docs/limits.md." };
        var markdown = new Option<bool>("--markdown")
        {
            Description = "The settings as the table of docs/operations.md.",
        };
        var doc = new Command("doc", "Print every setting there is: kind, default, what is allowed, what it means.")
        {
            limits,
            markdown,
        };
        doc.SetAction(
            async (result, _) =>
            {
                var text =
                    result.GetValue(limits) ? LimitDocument.Write()
                    : result.GetValue(markdown) ? SettingDocument.WriteMarkdown()
                    : SettingDocument.WriteText();
                await run.Out.WriteAsync(text);
                return ServerExitCode.Done;
            }
        );
        return doc;
    }

    private static async Task<int> CheckAsync(CommandRun run)
    {
        // A problem is thrown and told by the program, as at a start.
        ServerCertificate.Check(run.ReadOptions().Tls);
        await run.Out.WriteLineAsync("The settings are allowed.");
        return ServerExitCode.Done;
    }

    private static async Task<int> PrintAsync(CommandRun run)
    {
        var configuration = Configuration.Settings.Load([.. run.Settings]);
        foreach (var line in EffectiveSettings.Describe(configuration, Configuration.Settings.Read(configuration)))
        {
            await run.Out.WriteLineAsync(line);
        }

        return ServerExitCode.Done;
    }
}
