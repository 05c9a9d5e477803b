using Connect.Cli.Commands;

using var terminal = new Connect.Cli.Terminals.SystemTerminal();
var arguments = ConnectCommand.Create(terminal).Parse(args);
var exitCode = await arguments.InvokeAsync();
return arguments.Errors.Count > 0 ? ExitCode.Usage : exitCode;
