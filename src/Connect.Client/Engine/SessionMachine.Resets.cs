using Connect.Client.Positions;

namespace Connect.Client.Engine;

/// <remarks>This part: what becomes of what is held when the server has lost something.</remarks>
internal sealed partial class SessionMachine
{
    private string _store;

    /// <summary>
    /// In another life of the server's data the same seq may be another entry, and nobody can tell from where on: all
    /// is forgotten but the outbox, and read anew.
    /// </summary>
    private void BeginLife(string store)
    {
        if (store.Length == 0 || store == _store)
        {
            return;
        }

        if (_store.Length > 0)
        {
            foreach (var id in _marks.Conversations.ToList())
            {
                Conversation(id);
            }

            foreach (var conversation in _conversations.Values)
            {
                Reset(conversation, 0);
            }
        }

        _store = store;
        Effects.Batch.Store = store;
    }

    /// <summary>Nothing of a conversation above a seq is there any more.</summary>
    private void Reset(ConversationState conversation, long seq)
    {
        var id = conversation.Id;
        conversation.Restart(seq);
        _holes.Remove(conversation);
        Effects.Batch.Items.RemoveAll(item => item.Conversation == id && item.To > seq);
        Effects.Batch.Consumed.RemoveAll(place => place.Conversation == id && place.Consumed > seq);
        Effects.Batch.Dropped.Add(new(id, seq, 0));
        Effects.Durable = true;
        Remember(_marks.Lower(id, seq));
        foreach (var item in _outbox.Items.Where(item => item.Conversation == id && item.Seen > seq))
        {
            // What was on screen then is not what has these numbers now.
            item.Seen = 0;
            Effects.Batch.Outbox.Add(item.ToStored());
        }

        Effects.After.Add(() =>
        {
            _hub.Withdraw(id, seq);
            _hub.Publish(new ConversationReset(id, seq));
        });
    }
}
