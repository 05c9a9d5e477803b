using System.CommandLine;
using Connect.Cli.Runs;
using Connect.Client;
using Connect.Protocol.V1;
using Conversation = Connect.Client.Conversation;

namespace Connect.Cli.Commands;

/// <summary>group … and invites …: groups, and invites to them.</summary>
internal static class GroupCommands
{
    private static readonly Argument<string> Group = new("GROUP") { Description = "The group's title or id." };

    private static readonly Argument<string> Title = new("TITLE") { Description = "The title of the group." };

    private static readonly Argument<string> User = new("USER") { Description = "The username." };

    private static readonly Argument<string> NewRole = new("ROLE") { Description = "member, admin or owner." };

    private static readonly Argument<string[]> Users = new("USER")
    {
        Description = "Usernames. Contacts are added at once, other users are invited.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static void AddTo(CommandList commands)
    {
        var group = commands.AddParent("group", "Create and manage groups.");
        commands.Add("create", "Create a group.", [Title, Users], CreateAsync, group);
        commands.Add("members", "List the members of a group.", [Group], MembersAsync, group);
        commands.Add("add", "Add users to a group, or invite them.", [Group, Users], AddAsync, group);
        Add("remove", "Remove a member.", [Group, User], (at, user, token) => at.RemoveMemberAsync(user, token));
        Add("withdraw", "Withdraw an invite.", [Group, User], (at, user, token) => at.WithdrawInviteAsync(user, token));
        commands.Add("role", "Change the role of a member.", [Group, User, NewRole], RoleAsync, group);
        commands.Add("rename", "Rename a group.", [Group, Title], RenameAsync, group);
        commands.Add("leave", "Leave a group.", [Group], LeaveAsync, group);

        var invites = commands.Add("invites", "List the invites you have not answered.", [], InvitesAsync);
        commands.Add("accept", "Accept an invite and join the group.", [Group], AcceptAsync, invites);
        commands.Add("decline", "Decline an invite.", [Group], DeclineAsync, invites);

        void Add(
            string name,
            string description,
            Argument[] arguments,
            Func<Conversation, string, CancellationToken, Task> change
        ) =>
            commands.Add(
                name,
                description,
                arguments,
                (run, parsed, token) => OnUserAsync(run, parsed, change, token),
                group
            );
    }

    private static async Task<int> CreateAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await OpenAsync(run, token);
        var users = await Places.FindUsersAsync(device, arguments.GetValue(Users) ?? [], token);
        var title = arguments.GetRequiredValue(Title);
        var made = await device.Client.CreateGroupAsync(title, users, token);
        run.Output.Group(made.Id, title);
        return ExitCode.Ok;
    }

    private static async Task<int> MembersAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await OpenAsync(run, token);
        var group = await Places.FindGroupAsync(device, arguments.GetRequiredValue(Group), token);
        foreach (var member in await group.MembersAsync(token))
        {
            if (!member.IsFormer)
            {
                run.Output.Member(member);
            }
        }

        return ExitCode.Ok;
    }

    private static async Task<int> AddAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await OpenAsync(run, token);
        var group = await Places.FindGroupAsync(device, arguments.GetRequiredValue(Group), token);
        var names = arguments.GetValue(Users) ?? [];
        var users = await Places.FindUsersAsync(device, names, token);
        var result = await group.AddMembersAsync(users, token);
        for (var i = 0; i < names.Length; i++)
        {
            run.Output.Added(names[i], users[i], result.Invited.Contains(users[i]));
        }

        return ExitCode.Ok;
    }

    private static async Task<int> OnUserAsync(
        CommandRun run,
        ParseResult arguments,
        Func<Conversation, string, CancellationToken, Task> change,
        CancellationToken token
    )
    {
        await using var device = await OpenAsync(run, token);
        var group = await Places.FindGroupAsync(device, arguments.GetRequiredValue(Group), token);
        var users = await Places.FindUsersAsync(device, [arguments.GetRequiredValue(User)], token);
        await change(group, users[0], token);
        return ExitCode.Ok;
    }

    private static Task<int> RoleAsync(CommandRun run, ParseResult arguments, CancellationToken token) =>
        Enum.TryParse<Role>(arguments.GetRequiredValue(NewRole), ignoreCase: true, out var role) && role != 0
            ? OnUserAsync(run, arguments, (group, user, cancel) => group.SetRoleAsync(user, role, cancel), token)
            : throw new CommandException(ExitCode.Usage, "ROLE must be member, admin or owner.");

    private static async Task<int> RenameAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await OpenAsync(run, token);
        var group = await Places.FindGroupAsync(device, arguments.GetRequiredValue(Group), token);
        await group.RenameAsync(arguments.GetRequiredValue(Title), token);
        return ExitCode.Ok;
    }

    private static async Task<int> LeaveAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await OpenAsync(run, token);
        var group = await Places.FindGroupAsync(device, arguments.GetRequiredValue(Group), token);
        await group.LeaveAsync(token);
        return ExitCode.Ok;
    }

    private static async Task<int> InvitesAsync(CommandRun run, ParseResult arguments, CancellationToken token)
    {
        await using var device = await Device.OpenAsync(run, token);
        foreach (var invite in await device.Client.InvitesAsync(token))
        {
            run.Output.Invite(invite);
        }

        return ExitCode.Ok;
    }

    private static Task<int> AcceptAsync(CommandRun run, ParseResult arguments, CancellationToken token) =>
        AnswerAsync(run, arguments, (client, group) => client.AcceptInviteAsync(group, token), token);

    private static Task<int> DeclineAsync(CommandRun run, ParseResult arguments, CancellationToken token) =>
        AnswerAsync(run, arguments, (client, group) => client.DeclineInviteAsync(group, token), token);

    private static async Task<int> AnswerAsync(
        CommandRun run,
        ParseResult arguments,
        Func<ConnectClient, string, Task> answer,
        CancellationToken token
    )
    {
        await using var device = await Device.OpenAsync(run, token);
        var name = arguments.GetRequiredValue(Group);
        var invites = await device.Client.InvitesAsync(token);
        var found = invites.Where(each => each.Conversation == name || each.Title == name).ToList();
        if (found is not [var invite])
        {
            throw new CommandException(
                ExitCode.Failed,
                found.Count == 0
                    ? $"You have no invite to {name}."
                    : $"Several groups are called {name}; use the id instead."
            );
        }

        await answer(device.Client, invite.Conversation);
        return ExitCode.Ok;
    }

    private static async Task<Device> OpenAsync(CommandRun run, CancellationToken token)
    {
        var device = await Device.OpenAsync(run, token);
        try
        {
            await device.LiveAsync(run.Timeout, token);
            return device;
        }
        catch
        {
            await device.DisposeAsync();
            throw;
        }
    }
}
