using System.Collections.Concurrent;
using Connect.Cli.States;
using Connect.Client;

namespace Connect.Cli.Runs;

/// <summary>The names behind user ids, from this machine or else from the server.</summary>
/// <param name="client">Asks the server.</param>
/// <param name="names">The names known on this machine.</param>
/// <param name="nobody">Stands in for an unknown name; null = use the id.</param>
internal sealed class NameBook(ConnectClient client, KnownNames names, string? nobody)
{
    private readonly ConcurrentDictionary<string, bool> _unknown = new(StringComparer.Ordinal);

    /// <summary>The names for one run of a command. People are not shown ids.</summary>
    public static NameBook Of(CommandRun run, Device device)
    {
        device.Names.Learn([(device.Account.User, device.Account.Username)]);
        return new(device.Client, device.Names, run.IsJson ? null : "somebody");
    }

    public void Learn(string id, string name) => names.Learn([(id, name)]);

    /// <summary>The name, or its stand-in when it cannot be found.</summary>
    public async Task<string> NameAsync(string id, string conversation, CancellationToken cancellationToken)
    {
        if (names.Find(id) is { } name)
        {
            return name;
        }

        // Each id is looked up once: a user who left long ago stays unknown however often the list is read.
        if (client.State == ConnectionState.Live && _unknown.TryAdd(id, true))
        {
            var told = new List<(string, string)>();
            await foreach (var each in client.ListConversationsAsync(cancellationToken))
            {
                told.Add((each.Peer, each.Peer.Length > 0 ? each.Title : ""));
            }

            names.Learn(told);
            await LearnPeopleAsync(conversation, cancellationToken);
        }

        return names.Find(id) ?? nobody ?? id;
    }

    private async Task LearnPeopleAsync(string conversation, CancellationToken cancellationToken)
    {
        try
        {
            var contacts = await client.ContactsAsync(cancellationToken);
            names.Learn(contacts.Select(contact => (contact.User, contact.Username)));
            if (conversation.Length == 0)
            {
                return;
            }

            var members = await client.Conversation(conversation).MembersAsync(cancellationToken);
            names.Learn(members.Select(member => (member.User, member.Username)));
        }
        catch (ConnectException)
        {
            // No longer a member, or not connected: the stand-in has to do.
        }
    }
}
