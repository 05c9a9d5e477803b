using System.CommandLine;
using Connect.LoadGen.Beside;
using Connect.LoadGen.Load;
using Connect.LoadGen.Relays;
using Connect.LoadGen.Smoke;

// Exit codes: 0 all is well, 1 it is not, 2 the arguments make no sense.
var root = new RootCommand("Puts load on a Connect server and checks what came of it.")
{
    SmokeCommand.Create(),
    RelayCommand.Create(),
    BesideCommand.Create(),
};
foreach (var command in LoadCommands.Create())
{
    root.Add(command);
}

return await root.Parse(args).InvokeAsync();
