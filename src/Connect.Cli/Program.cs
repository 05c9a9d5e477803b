using Connect.Cli.Commands;

using var terminal = new Connect.Cli.Terminals.SystemTerminal();
return await ConnectCommand.Create(terminal).Parse(args).InvokeAsync();
