using Connect.Cli.States;
using Connect.Client;
using Connect.Protocol;

namespace Connect.Cli.Commands;

/// <summary>register, login, logout.</summary>
internal static class AccountCommands
{
    public static async Task<int> RegisterAsync(CommandRun run, string username, CancellationToken cancellationToken)
    {
        var user = run.Folder.Of(username);
        var server = run.ServerOf(user);
        var password = await run.PasswordAsync($"A password for {username}: ", twice: true, cancellationToken);
        await ConnectAccount.RegisterAsync(CommandRun.Options(server), username, password, cancellationToken);
        run.Output.Account("Registered", username, "", "");
        return await LoginAsync(run, server, user, password, cancellationToken);
    }

    public static async Task<int> LoginAsync(CommandRun run, string username, CancellationToken cancellationToken)
    {
        var user = run.Folder.Of(username);
        var server = run.ServerOf(user);
        var password = await run.PasswordAsync($"Password of {username}: ", twice: false, cancellationToken);
        return await LoginAsync(run, server, user, password, cancellationToken);
    }

    public static async Task<int> LogoutAsync(CommandRun run, bool everywhere, CancellationToken cancellationToken)
    {
        var user = run.CurrentUser;
        var server = run.ServerOf(user);
        foreach (var store in user.OpenAllFreeStores())
        {
            await using (store)
            {
                var options = CommandRun.Options(server) with { Store = store };
                using var account = await ConnectAccount.OpenAsync(options, cancellationToken);
                if (account is not null)
                {
                    await account.LogoutAsync(everywhere, cancellationToken);
                    run.Output.Account("Logged out", account.Username, account.User, account.Device);
                }
            }
        }

        return ExitCode.Ok;
    }

    private static async Task<int> LoginAsync(
        CommandRun run,
        ServerAddress server,
        UserFolder user,
        string password,
        CancellationToken cancellationToken
    )
    {
        var (store, number) = user.OpenFreeStore();
        await using (store)
        {
            try
            {
                using var account = await ConnectAccount.LoginAsync(
                    CommandRun.Options(server) with
                    {
                        Store = store,
                    },
                    user.Username,
                    password,
                    Device.DeviceName(number),
                    cancellationToken
                );
                user.WriteServer(server);
                run.Folder.WriteCurrentUser(user.Username);
                run.Output.Account("Logged in", user.Username, account.User, account.Device);
                return ExitCode.Ok;
            }
            catch (ConnectException error) when (error.Code == ErrorCode.Forbidden)
            {
                throw new CommandException(
                    ExitCode.Failed,
                    "Another user with this name was logged in here: give --state."
                );
            }
        }
    }
}
