using Connect.Client.Events;
using Connect.Client.Positions;
using Connect.Client.Stores;

namespace Connect.Client.Engine;

/// <summary>
/// Hands entries to the application, from memory or from the store, and keeps count of what it has taken. With a store
/// that keeps entries, one is held once it is stored; otherwise once the application has taken it.
/// </summary>
internal sealed class Feed(
    Round round,
    EventHub hub,
    Connection connection,
    ConversationTable conversations,
    Marks marks,
    int pendingLimit,
    bool keepsEntries
)
{
    /// <summary>Somebody listens to a conversation, or to all: what the store holds for them is read.</summary>
    public void Subscribed(string? id)
    {
        foreach (var conversation in conversations.All.Where(each => id is null || each.Id == id))
        {
            Refill(conversation);
        }
    }

    /// <summary>The application took an entry and came back for more.</summary>
    public void Consumed(FeedItem item)
    {
        var (id, through) = (item.Event.Conversation, item.Through);
        var conversation = conversations.Of(id);
        if (item.Life != conversation.Life)
        {
            return;
        }

        if (keepsEntries)
        {
            round.Effects.Batch.Consumed.Add(new(id, 0, through));
            Refill(conversation);
            return;
        }

        if (item.Foreign)
        {
            marks.MarkDelivered(id, through);
        }

        if (conversation.Tracker.Paused && hub.Pending(id) <= pendingLimit / 2)
        {
            conversation.Tracker.Resume(round.Now);
        }
    }

    /// <summary>A part of the store was read.</summary>
    public void Refilled(StoreRead read, IReadOnlyList<LogItem> items)
    {
        var conversation = conversations.Of(read.Conversation);
        if (read.Life != conversation.Life)
        {
            return;
        }

        conversation.Refilling = false;
        foreach (var item in items.Where(item => item.To > conversation.Published))
        {
            Publish(conversation, item);
        }

        if (items.Count == 0)
        {
            // The store has forgotten them; they are still in the history.
            conversation.Published = Math.Max(conversation.Published, conversation.RefillTo);
            Refill(conversation);
        }
    }

    /// <summary>
    /// Before a conversation takes more: without a store for entries, it waits while too many are pending.
    /// </summary>
    public void Throttle(KnownConversation conversation)
    {
        var tracker = conversation.Tracker;
        if (!keepsEntries && !tracker.Paused && hub.Pending(conversation.Id) >= pendingLimit)
        {
            tracker.Pause();
        }
    }

    /// <summary>Items that follow without a hole are stored and handed on.</summary>
    public void Hold(KnownConversation conversation, List<LogItem> released)
    {
        conversation.MovedAt = round.Now;
        var foreign = false;
        foreach (var item in released)
        {
            foreign |= IsForeign(item);
            if (!keepsEntries)
            {
                Publish(conversation, item);
                continue;
            }

            round.Effects.Batch.Items.Add(item);
            var follows = conversation.Published >= item.From - 1 && !conversation.Refilling;
            if (follows && hub.Pending(conversation.Id) < pendingLimit)
            {
                Publish(conversation, item);
            }
        }

        if (foreign && keepsEntries)
        {
            marks.MarkDelivered(conversation.Id, conversation.Tracker.Received);
        }
    }

    /// <summary>Nothing of a conversation above a seq exists any more.</summary>
    public void Drop(string conversation, long seq)
    {
        round.Effects.Batch.Items.RemoveAll(item => item.Conversation == conversation && item.To > seq);
        round.Effects.Batch.Consumed.RemoveAll(place => place.Conversation == conversation && place.Consumed > seq);
        round.Effects.Batch.Dropped.Add(new(conversation, seq, 0));
        round.Effects.Durable = true;
        round.Effects.After.Add(() => hub.Withdraw(conversation, seq));
        round.Tell(new ConversationReset(conversation, seq));
    }

    private void Publish(KnownConversation conversation, LogItem item)
    {
        conversation.Published = item.To;
        var value = ConnectEvent.Of(item, connection.User);
        var foreign = IsForeign(item);
        var life = conversation.Life;
        round.Effects.After.Add(() => hub.PublishEntry(value, item.To, foreign, life));
    }

    private bool IsForeign(LogItem item) => item.Entry is { } entry && entry.From != connection.User;

    private void Refill(KnownConversation conversation)
    {
        var room = (pendingLimit / 2) - hub.Pending(conversation.Id);
        if (room > 0 && !conversation.Refilling && conversation.Published < conversation.Tracker.Received)
        {
            conversation.Refilling = true;
            conversation.RefillTo = conversation.Tracker.Received;
            round.Effects.Reads.Add(new(conversation.Id, conversation.Published, room, conversation.Life));
        }
    }
}
