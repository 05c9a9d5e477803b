using System.Collections.Concurrent;
using Connect.Cli.Commands;
using Connect.Cli.States;
using Connect.Client;

namespace Connect.Cli.Output;

/// <summary>Names for user ids, as far as the conversations tell them or told them before.</summary>
/// <param name="client">Asks the server.</param>
/// <param name="names">What is known on this machine.</param>
/// <param name="nobody">Stands for a name that nobody tells; null = the id does.</param>
internal sealed class NameBook(ConnectClient client, KnownNames names, string? nobody)
{
    private readonly ConcurrentDictionary<string, bool> _unknown = new(StringComparer.Ordinal);

    /// <summary>The book of a run of a command: people are spared ids.</summary>
    public static NameBook Of(CommandRun run, Device device)
    {
        device.Names.Learn([(device.Account.User, device.Account.Username)]);
        return new(device.Client, device.Names, run.IsJson ? null : "somebody");
    }

    public void Learn(string id, string name) => names.Learn([(id, name)]);

    /// <summary>The name, or what stands for it when no conversation tells it.</summary>
    public async Task<string> NameAsync(string id, string conversation, CancellationToken cancellationToken)
    {
        if (names.Find(id) is { } name)
        {
            return name;
        }

        // Each is asked for once: somebody who left long ago stays unknown however often the list is read.
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
            // Not a member any more, or no connection: the id has to do.
        }
    }
}
