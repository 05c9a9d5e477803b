using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Storage.Reading;

namespace Connect.Storage.InMemory;

/// <content>What a sweep needs to delete old entries.</content>
public sealed partial class InMemoryStore
{
    ImmutableArray<ConversationId> IRetainedRows.NextConversations(ConversationId after, int count)
    {
        lock (_lock)
        {
            return [.. _conversations.Keys.Where(id => id.CompareTo(after) > 0).Order().Take(count)];
        }
    }

    ValueTask IRetainedRows.RaiseFloorAsync(ConversationId conversation, long floor, long messages)
    {
        lock (_lock)
        {
            var stored = _conversations[conversation];
            if (stored.Head.Floor < floor && floor <= stored.Head.Seq)
            {
                stored.Head = stored.Head with { Floor = floor, FloorMessages = messages };
            }

            return ValueTask.CompletedTask;
        }
    }

    ValueTask IRetainedRows.DropBelowFloorAsync(ConversationId conversation)
    {
        lock (_lock)
        {
            _conversations[conversation].DropBelowFloor();
            return ValueTask.CompletedTask;
        }
    }
}
