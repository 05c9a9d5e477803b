using System.Collections.Concurrent;
using Connect.Client;

namespace Connect.Cli.Output;

/// <summary>Names for user ids, as far as the conversations tell them.</summary>
internal sealed class NameBook(ConnectClient client, string user, string username)
{
    private readonly ConcurrentDictionary<string, string> _names = new(
        [new KeyValuePair<string, string>(user, username)],
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<string, bool> _unknown = new(StringComparer.Ordinal);

    public void Learn(string id, string name)
    {
        if (id.Length > 0 && name.Length > 0)
        {
            _names[id] = name;
        }
    }

    /// <summary>The name, or the id when no conversation tells it.</summary>
    public async Task<string> NameAsync(string id, string conversation, CancellationToken cancellationToken)
    {
        if (_names.TryGetValue(id, out var name))
        {
            return name;
        }

        // Each is asked for once: somebody who left long ago stays unknown however often the list is read.
        if (client.State == ConnectionState.Live && _unknown.TryAdd(id, true))
        {
            await foreach (var each in client.ListConversationsAsync(cancellationToken))
            {
                Learn(each.Peer, each.Peer.Length > 0 ? each.Title : "");
            }

            await LearnMembersAsync(conversation, cancellationToken);
        }

        return _names.GetValueOrDefault(id, id);
    }

    private async Task LearnMembersAsync(string conversation, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var member in await client.Conversation(conversation).MembersAsync(cancellationToken))
            {
                Learn(member.User, member.Username);
            }
        }
        catch (ConnectException)
        {
            // Not a member any more, or no connection: the id has to do.
        }
    }
}
