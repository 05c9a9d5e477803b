using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Connect.Cli.Output;
using Connect.Client;

namespace Connect.Cli.Commands;

/// <summary>devices, password, export, delete-account.</summary>
internal static class AccountLifeCommands
{
    private static readonly Argument<string> Device = new("ID") { Description = "The id of the device, as listed." };

    private static readonly Option<string?> File = new("--output")
    {
        Description = "The file to write; it must not exist. Without it: the output.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask whether it is meant." };

    public static void AddTo(CommandList commands)
    {
        var devices = commands.Add(
            "devices",
            "List the devices of the user; with 'revoke ID' end the login of one.",
            [],
            (run, _, cancellationToken) => ListAsync(run, cancellationToken)
        );
        commands.Add(
            "revoke",
            "End the login of a device and forget it.",
            [Device],
            (run, arguments, cancellationToken) =>
                RevokeAsync(run, arguments.GetRequiredValue(Device), cancellationToken),
            devices
        );
        commands.Add(
            "password",
            "Change the password; the other devices are logged out.",
            [],
            (run, _, cancellationToken) => PasswordAsync(run, cancellationToken)
        );
        var export = commands.Add(
            "export",
            "Write all that the server keeps of the user, as JSON.",
            [],
            (run, arguments, cancellationToken) => ExportAsync(run, arguments.GetValue(File), cancellationToken)
        );
        export.Options.Add(File);
        var delete = commands.Add(
            "delete-account",
            "Delete the account, for good.",
            [],
            (run, arguments, cancellationToken) => DeleteAsync(run, arguments.GetValue(Yes), cancellationToken)
        );
        delete.Options.Add(Yes);
    }

    private static Task<int> ListAsync(CommandRun run, CancellationToken cancellationToken) =>
        WithAccountAsync(
            run,
            async account =>
            {
                foreach (var device in await account.ListDevicesAsync(cancellationToken))
                {
                    run.Terminal.Out.WriteLine(run.Output is JsonOutput ? Json(device) : Text(device));
                }
            },
            cancellationToken
        );

    private static Task<int> RevokeAsync(CommandRun run, string device, CancellationToken cancellationToken) =>
        WithAccountAsync(
            run,
            async account =>
            {
                await account.RevokeDeviceAsync(device, cancellationToken);
                run.Output.Account("Revoked", account.Username, account.User, device);
            },
            cancellationToken
        );

    private static async Task<int> PasswordAsync(CommandRun run, CancellationToken cancellationToken)
    {
        if (!run.Terminal.CanAsk)
        {
            throw new CommandException(ExitCode.LoginNeeded, "Passwords are asked for: run this in a terminal.");
        }

        var old = await run.Terminal.ReadPasswordAsync("The password until now: ", cancellationToken);
        var wanted = await run.Terminal.ReadPasswordAsync("The new password: ", cancellationToken);
        if (await run.Terminal.ReadPasswordAsync("Once more: ", cancellationToken) != wanted)
        {
            throw new CommandException(ExitCode.Usage, "The two passwords differ.");
        }

        return await WithAccountAsync(
            run,
            async account =>
            {
                await account.ChangePasswordAsync(old, wanted, cancellationToken);
                run.Output.Account("Changed the password of", account.Username, account.User, "");
            },
            cancellationToken
        );
    }

    private static Task<int> ExportAsync(CommandRun run, string? file, CancellationToken cancellationToken) =>
        WithAccountAsync(
            run,
            async account =>
            {
                if (file is null)
                {
                    using var console = Console.OpenStandardOutput();
                    await account.ExportAsync(console, cancellationToken);
                    return;
                }

                // All that somebody wrote: for its owner alone.
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                await using var stream = new FileStream(file, options);
                await account.ExportAsync(stream, cancellationToken);
            },
            cancellationToken
        );

    private static async Task<int> DeleteAsync(CommandRun run, bool isMeant, CancellationToken cancellationToken)
    {
        var name = run.CurrentUser.Username;
        if (!isMeant)
        {
            if (!run.Terminal.CanAsk)
            {
                throw new CommandException(ExitCode.Usage, "This cannot be undone: give --yes when it is meant.");
            }

            await run.Terminal.Error.WriteAsync($"This cannot be undone. Type {name} to delete the account: ");
            if ((await run.Terminal.ReadLineAsync(cancellationToken))?.Trim() != name)
            {
                throw new CommandException(ExitCode.Failed, "Nothing was deleted.");
            }
        }

        var password = await run.PasswordAsync($"Password of {name}: ", twice: false, cancellationToken);
        return await WithAccountAsync(
            run,
            async account =>
            {
                await account.DeleteAsync(password, cancellationToken);
                run.Output.Account("Deleted the account of", account.Username, account.User, "");
            },
            cancellationToken
        );
    }

    /// <summary>Runs with the first login of the current user that no other process has.</summary>
    private static async Task<int> WithAccountAsync(
        CommandRun run,
        Func<ConnectAccount, Task> action,
        CancellationToken cancellationToken
    )
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
                    await action(account);
                    return ExitCode.Ok;
                }
            }
        }

        throw new CommandException(
            ExitCode.LoginNeeded,
            $"No login of {user.Username} is free here: connect login {user.Username}."
        );
    }

    private static string Text(DeviceInfo device)
    {
        var used = device.LastUsedAt?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var marks = (device.IsCurrent ? " (this one)" : "") + (device.IsConnected ? " (connected)" : "");
        return $"{device.Id}  {TextOutput.Printable(device.Name)}  {used ?? "logged out"}{marks}";
    }

    private static string Json(DeviceInfo device)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "device");
            json.WriteString("id", device.Id);
            json.WriteString("name", device.Name);
            json.WriteNumber("created_at", device.CreatedAt.ToUnixTimeMilliseconds());
            if (device.LastUsedAt is { } used)
            {
                json.WriteNumber("last_used_at", used.ToUnixTimeMilliseconds());
            }

            json.WriteBoolean("current", device.IsCurrent);
            json.WriteBoolean("connected", device.IsConnected);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
