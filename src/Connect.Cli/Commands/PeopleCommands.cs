using System.CommandLine;
using Connect.Cli.Runs;
using Connect.Client;

namespace Connect.Cli.Commands;

/// <summary>contacts, blocks, requests, privacy: other users, and what they can see of this one.</summary>
internal static class PeopleCommands
{
    private static readonly Argument<string> User = new("USER") { Description = "The username." };

    private static readonly Option<string?> Presence = OnOff("--presence", "Let contacts see whether you are online.");

    private static readonly Option<string?> ReadReceipts = OnOff(
        "--read-receipts",
        "Let others see what you have read."
    );

    public static void AddTo(CommandList commands)
    {
        var contacts = commands.Add(
            "contacts",
            "List your contacts, and contact requests in both directions.",
            [],
            ContactsAsync
        );
        Add("add", "Send a contact request.", (at, user, token) => at.RequestContactAsync(user, token));
        Add("accept", "Accept a contact request.", (at, user, token) => at.AcceptContactAsync(user, token));
        Add(
            "decline",
            "Decline a contact request; they are not notified.",
            (at, user, token) => at.DeclineContactAsync(user, token)
        );
        Add(
            "remove",
            "Remove a contact, or withdraw your own request.",
            (at, user, token) => at.RemoveContactAsync(user, token)
        );
        var blocks = commands.Add("blocks", "List the users you block.", [], BlocksAsync);
        AddOnUser(commands, blocks, "add", "Block a user.", (at, user, token) => at.BlockAsync(user, token));
        AddOnUser(commands, blocks, "remove", "Unblock a user.", (at, user, token) => at.UnblockAsync(user, token));
        AddRequests(commands);
        var privacy = commands.Add("privacy", "Show or change what others can see of you.", [], PrivacyAsync);
        privacy.Options.Add(Presence);
        privacy.Options.Add(ReadReceipts);

        void Add(string name, string description, Func<ConnectClient, string, CancellationToken, Task> change) =>
            AddOnUser(commands, contacts, name, description, change);
    }

    private static void AddRequests(CommandList commands)
    {
        var requests = commands.Add(
            "requests",
            "List message requests: messages from people who are not your contacts.",
            [],
            RequestsAsync
        );
        Add("accept", "Accept a message request.", (at, token) => at.AcceptRequestAsync(token));
        Add(
            "decline",
            "Decline a message request; they are not notified.",
            (at, token) => at.DeclineRequestAsync(token)
        );

        void Add(string name, string description, Func<Conversation, CancellationToken, Task> answer) =>
            commands.Add(
                name,
                description,
                [User],
                async (run, arguments, token) =>
                {
                    await using var device = await Device.OpenAsync(run, token);
                    await answer(await device.Client.OpenDirectAsync(arguments.GetRequiredValue(User), token), token);
                    return ExitCode.Ok;
                },
                requests
            );
    }

    private static void AddOnUser(
        CommandList commands,
        Command parent,
        string name,
        string description,
        Func<ConnectClient, string, CancellationToken, Task> change
    ) =>
        commands.Add(
            name,
            description,
            [User],
            async (run, arguments, token) =>
            {
                await using var device = await Device.OpenAsync(run, token);
                var user = await device.Client.FindUserAsync(arguments.GetRequiredValue(User), token);
                await change(device.Client, user, token);
                return ExitCode.Ok;
            },
            parent
        );

    private static Option<string?> OnOff(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "on|off" };
        option.AcceptOnlyFromAmong("on", "off");
        return option;
    }

    private static async Task<int> ContactsAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await Device.OpenAsync(run, token);
        foreach (var contact in await device.Client.ContactsAsync(token))
        {
            run.Output.Contact(contact);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> BlocksAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await Device.OpenAsync(run, token);
        foreach (var blocked in await device.Client.BlocksAsync(token))
        {
            run.Output.Blocked(blocked);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> RequestsAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await Device.OpenAsync(run, token);
        await device.LiveAsync(run.Timeout, token);
        await foreach (var conversation in device.Client.ListConversationsAsync(token))
        {
            if (conversation.Request)
            {
                run.Output.Conversation(conversation);
            }
        }

        return ExitCode.Ok;
    }

    private static async Task<int> PrivacyAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await Device.OpenAsync(run, token);
        var presence = IsOn(arguments.GetValue(Presence));
        var readReceipts = IsOn(arguments.GetValue(ReadReceipts));
        var isAsked = presence is null && readReceipts is null;
        run.Output.Privacy(
            isAsked
                ? await device.Client.PrivacyAsync(token)
                : await device.Client.SetPrivacyAsync(presence, readReceipts, token)
        );
        return ExitCode.Ok;
    }

    private static bool? IsOn(string? word) => word is null ? null : word == "on";
}
