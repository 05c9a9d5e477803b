using System.CommandLine;
using Connect.Cli.Runs;
using Connect.Cli.States;
using Connect.Client;
using Connect.Protocol;

namespace Connect.Cli.Commands;

/// <summary>register, login, logout, devices, password, export, delete-account.</summary>
internal static class AccountCommands
{
    private static readonly Argument<string> User = new("USER") { Description = "The username." };

    private static readonly Argument<string> DeviceId = new("ID") { Description = "The device id, as listed." };

    private static readonly Option<bool> Everywhere = new("--everywhere")
    {
        Description = "Log out every device of the user.",
    };

    private static readonly Option<string?> File = new("--output")
    {
        Description = "The file to create; it must not exist yet. Defaults to standard output.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask for confirmation." };

    public static void AddTo(CommandList commands)
    {
        commands.Add("register", "Create an account and log in.", [User], RegisterAsync);
        commands.Add("login", "Log in on this machine.", [User], LoginAsync);
        var logout = commands.Add("logout", "Log out on this machine.", [], LogoutAsync);
        logout.Options.Add(Everywhere);
        var devices = commands.Add("devices", "List your devices; 'revoke ID' logs one out.", [], ListDevicesAsync);
        commands.Add("revoke", "Log a device out and forget it.", [DeviceId], RevokeAsync, devices);
        commands.Add("password", "Change the password; this logs out your other devices.", [], ChangePasswordAsync);
        var export = commands.Add("export", "Export everything the server stores about you, as JSON.", [], ExportAsync);
        export.Options.Add(File);
        var delete = commands.Add("delete-account", "Delete your account permanently.", [], DeleteAsync);
        delete.Options.Add(Yes);
    }

    private static async Task<int> RegisterAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var username = arguments.GetRequiredValue(User);
        var user = run.Folder.Of(username);
        var server = run.ServerOf(user);
        var password = await run.PasswordAsync($"New password for {username}: ", twice: true, token);
        await ConnectAccount.RegisterAsync(CommandRun.Options(server), username, password, token);
        run.Output.Account("Registered", username, "", "");
        return await LoginAsync(run, server, user, password, token);
    }

    private static async Task<int> LoginAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var username = arguments.GetRequiredValue(User);
        var user = run.Folder.Of(username);
        var server = run.ServerOf(user);
        var password = await run.PasswordAsync($"Password for {username}: ", twice: false, token);
        return await LoginAsync(run, server, user, password, token);
    }

    private static async Task<int> LoginAsync(
        CommandRun run,
        ServerAddress server,
        UserFolder user,
        string password,
        CancellationToken token
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
                    token
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
                    "Another user with this name is logged in here; use --state to keep them apart."
                );
            }
        }
    }

    private static async Task<int> LogoutAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await foreach (var account in OpenAccountsAsync(run, token))
        {
            await account.LogoutAsync(arguments.GetValue(Everywhere), token);
            run.Output.Account("Logged out", account.Username, account.User, account.Device);
        }

        return ExitCode.Ok;
    }

    private static Task<int> ListDevicesAsync(CommandRun run, ParseResult arguments, CancellationToken token) =>
        WithAccountAsync(
            run,
            async account =>
            {
                foreach (var device in await account.ListDevicesAsync(token))
                {
                    run.Output.Device(device);
                }
            },
            token
        );

    private static Task<int> RevokeAsync(CommandRun run, ParseResult arguments, CancellationToken token) =>
        WithAccountAsync(
            run,
            async account =>
            {
                var device = arguments.GetRequiredValue(DeviceId);
                await account.RevokeDeviceAsync(device, token);
                run.Output.Account("Revoked", account.Username, account.User, device);
            },
            token
        );

    private static async Task<int> ChangePasswordAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        if (!run.Terminal.CanAsk)
        {
            throw new CommandException(ExitCode.LoginNeeded, "Run this in a terminal: it asks for the passwords.");
        }

        var current = await run.Terminal.ReadPasswordAsync("Current password: ", token);
        var wanted = await run.Terminal.ReadPasswordAsync("New password: ", token);
        if (await run.Terminal.ReadPasswordAsync("Repeat the new password: ", token) != wanted)
        {
            throw new CommandException(ExitCode.Usage, "The passwords do not match.");
        }

        return await WithAccountAsync(
            run,
            async account =>
            {
                await account.ChangePasswordAsync(current, wanted, token);
                run.Output.Account("Changed the password of", account.Username, account.User, "");
            },
            token
        );
    }

    private static Task<int> ExportAsync(CommandRun run, ParseResult arguments, CancellationToken token) =>
        WithAccountAsync(
            run,
            async account =>
            {
                if (arguments.GetValue(File) is not { } file)
                {
                    using var console = Console.OpenStandardOutput();
                    await account.ExportAsync(console, token);
                    return;
                }

                // Everything the user ever wrote: readable by its owner only.
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                await using var stream = new FileStream(file, options);
                await account.ExportAsync(stream, token);
            },
            token
        );

    private static async Task<int> DeleteAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        var name = run.CurrentUser.Username;
        if (!arguments.GetValue(Yes))
        {
            if (!run.Terminal.CanAsk)
            {
                throw new CommandException(ExitCode.Usage, "This cannot be undone: confirm with --yes.");
            }

            await run.Terminal.Error.WriteAsync($"This cannot be undone. Type {name} to delete the account: ");
            if ((await run.Terminal.ReadLineAsync(token))?.Trim() != name)
            {
                throw new CommandException(ExitCode.Failed, "Nothing was deleted.");
            }
        }

        var password = await run.PasswordAsync($"Password for {name}: ", twice: false, token);
        return await WithAccountAsync(
            run,
            async account =>
            {
                await account.DeleteAsync(password, token);
                run.Output.Account("Deleted the account of", account.Username, account.User, "");
            },
            token
        );
    }

    /// <summary>Uses the first login of the current user that no other process has open.</summary>
    private static async Task<int> WithAccountAsync(
        CommandRun run,
        Func<ConnectAccount, Task> action,
        CancellationToken token
    )
    {
        await foreach (var account in OpenAccountsAsync(run, token))
        {
            await action(account);
            return ExitCode.Ok;
        }

        var name = run.CurrentUser.Username;
        throw new CommandException(
            ExitCode.LoginNeeded,
            $"{name} has no free login on this machine: run connect login {name}."
        );
    }

    /// <summary>The logins of the current user that no other process has open, each until the next one.</summary>
    private static async IAsyncEnumerable<ConnectAccount> OpenAccountsAsync(
        CommandRun run,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token
    )
    {
        var user = run.CurrentUser;
        var server = run.ServerOf(user);
        foreach (var store in user.OpenAllFreeStores())
        {
            await using (store)
            {
                var options = CommandRun.Options(server) with { Store = store };
                using var account = await ConnectAccount.OpenAsync(options, token);
                if (account is not null)
                {
                    yield return account;
                }
            }
        }
    }
}
