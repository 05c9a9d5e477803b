using Connect.Cli.Runs;
using Connect.Client;

namespace Connect.Cli.Commands;

/// <summary>
/// Conversations as named on the command line: a username, or <c>group:</c> followed by a title or an id.
/// </summary>
internal static class Places
{
    private const string GroupPrefix = "group:";

    /// <exception cref="CommandException">There is no such user or group, or more than one such group.</exception>
    public static async Task<Conversation> OpenAsync(
        CommandRun run,
        Device device,
        string name,
        CancellationToken token
    )
    {
        if (!name.StartsWith(GroupPrefix, StringComparison.Ordinal))
        {
            try
            {
                return await device.Client.OpenDirectAsync(name, token);
            }
            catch (ConnectException error) when (error.Code == Protocol.ErrorCode.NotFound)
            {
                throw new CommandException(ExitCode.Failed, $"There is no user {name}.");
            }
        }

        await device.LiveAsync(run.Timeout, token);
        return await FindGroupAsync(device, name[GroupPrefix.Length..], token);
    }

    /// <summary>A group of this user, by title or id. Needs a live client.</summary>
    /// <exception cref="CommandException">There is no such group, or more than one.</exception>
    public static async Task<Conversation> FindGroupAsync(Device device, string name, CancellationToken token)
    {
        if (name.StartsWith(GroupPrefix, StringComparison.Ordinal))
        {
            name = name[GroupPrefix.Length..];
        }

        var found = new List<string>();
        await foreach (var each in device.Client.ListConversationsAsync(token))
        {
            if (each.Id == name || (each.Kind == Protocol.V1.ConversationKind.Group && each.Title == name))
            {
                found.Add(each.Id);
            }
        }

        return found switch
        {
            [var id] => device.Client.Conversation(id),
            [] => throw new CommandException(ExitCode.Failed, $"You are not in a group called {name}."),
            _ => throw new CommandException(
                ExitCode.Failed,
                $"Several groups are called {name}; use an id instead: {string.Join(", ", found)}."
            ),
        };
    }

    /// <summary>The ids of users, by username.</summary>
    public static async Task<IReadOnlyList<string>> FindUsersAsync(
        Device device,
        IReadOnlyList<string> usernames,
        CancellationToken token
    )
    {
        var ids = new List<string>(usernames.Count);
        foreach (var username in usernames)
        {
            ids.Add(await device.Client.FindUserAsync(username, token));
        }

        return ids;
    }
}
