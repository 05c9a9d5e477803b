using Connect.Cli.States;
using Connect.Client;

namespace Connect.Cli.Commands;

/// <summary>
/// Conversations as they are named on the command line: a user, or <c>group:</c> and a title or an id.
/// </summary>
internal static class Places
{
    private const string GroupPrefix = "group:";

    /// <exception cref="CommandException">No user or group is called so, or more than one group.</exception>
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

    /// <summary>A group of this user by title or id; the client is live.</summary>
    /// <exception cref="CommandException">No group is called so, or more than one.</exception>
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
            [] => throw new CommandException(ExitCode.Failed, $"You are in no group {name}."),
            _ => throw new CommandException(
                ExitCode.Failed,
                $"More than one group is called {name}; name one by its id: {string.Join(", ", found)}."
            ),
        };
    }

    /// <summary>The ids of users by their names.</summary>
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
