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
    public async Task<string> NameAsync(string id, CancellationToken cancellationToken)
    {
        if (_names.TryGetValue(id, out var name))
        {
            return name;
        }

        // Asked once for each: a member of a group stays unknown to this list however often it is read.
        if (client.State == ConnectionState.Live && _unknown.TryAdd(id, true))
        {
            await foreach (var conversation in client.ListConversationsAsync(cancellationToken))
            {
                Learn(conversation.Peer, conversation.Peer.Length > 0 ? conversation.Title : "");
            }
        }

        return _names.GetValueOrDefault(id, id);
    }
}
