using System.CommandLine;
using Connect.Cli.Runs;
using Connect.Cli.Terminals;

namespace Connect.Cli.Commands;

/// <summary><c>help</c>: the same as <c>--help</c>, for those who try that first.</summary>
internal static class HelpCommand
{
    private static readonly Argument<string[]> Words = new("COMMAND")
    {
        Description = "The command to explain; without one, all are listed.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static void AddTo(RootCommand root, ITerminal terminal)
    {
        var help = new Command("help", "List the commands, or explain one.") { Words };
        help.SetAction(
            async (arguments, cancellationToken) =>
            {
                var words = arguments.GetValue(Words) ?? [];
                var asked = root.Parse([.. words, "--help"]);
                if (words.Length > 0 && asked.CommandResult.Command == root)
                {
                    await terminal.Error.WriteLineAsync($"There is no command {words[0]}: connect help lists them.");
                    return ExitCode.Usage;
                }

                return await asked.InvokeAsync(new() { Output = terminal.Out }, cancellationToken);
            }
        );
        root.Subcommands.Add(help);
    }
}
