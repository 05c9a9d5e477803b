using System.CommandLine;
using Connect.Server.Configuration;

namespace Connect.Server.Commands;

/// <summary>Divides a command line into its command and the settings that stand between.</summary>
/// <param name="Command">The words and options of the command.</param>
/// <param name="Settings">The settings, as <c>--Name=value</c> or <c>--Name value</c>.</param>
internal sealed record SettingArguments(IReadOnlyList<string> Command, IReadOnlyList<string> Settings)
{
    /// <summary>
    /// A setting is what begins with <c>--</c>, is no option of a command, and has a value after <c>=</c> or names a
    /// setting there is. So a misspelt setting is told as such, and a misspelt option of a command, too.
    /// </summary>
    public static SettingArguments Split(IReadOnlyList<string> arguments, Command root)
    {
        var options = OptionNames(root).ToHashSet(StringComparer.Ordinal);
        List<string> command = [];
        List<string> settings = [];
        for (var at = 0; at < arguments.Count; at++)
        {
            var argument = arguments[at];
            var name = argument.Split('=', 2)[0];
            if (!argument.StartsWith("--", StringComparison.Ordinal) || options.Contains(name))
            {
                command.Add(argument);
            }
            else if (name.Length < argument.Length)
            {
                settings.Add(argument);
            }
            else if (NamesSetting(name[2..]) && at + 1 < arguments.Count)
            {
                settings.Add(argument);
                settings.Add(arguments[++at]);
            }
            else
            {
                command.Add(argument);
            }
        }

        return new(command, settings);
    }

    private static bool NamesSetting(string name) =>
        typeof(ServerOptions)
            .GetProperties()
            .Any(each => each.CanWrite && each.Name.Equals(name.Split(':')[0], StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> OptionNames(Command command) =>
        command
            .Options.SelectMany(each => each.Aliases.Append(each.Name))
            .Concat(command.Subcommands.SelectMany(OptionNames));
}
