using Connect.Cli.Commands;
using Connect.Cli.Runs;
using Connect.Cli.Terminals;

using var terminal = new SystemTerminal();
var arguments = ConnectCommand.Create(terminal).Parse(args);
var exitCode = await arguments.InvokeAsync();
return arguments.Errors.Count > 0 ? ExitCode.Usage : exitCode;
