using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Storage.Reading;
using Connect.Storage.Rules;

namespace Connect.Storage.InMemory;

/// <content>The rows, for reads and for the sweep that deletes old entries.</content>
public sealed partial class InMemoryStore
{
    ValueTask<ConversationHead?> IConversationRows.ReadHeadAsync(
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return new(_conversations.GetValueOrDefault(conversation)?.Head);
        }
    }

    ValueTask<ImmutableArray<ConversationHead?>> IConversationRows.ReadHeadsAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return new([.. conversations.Select(each => _conversations.GetValueOrDefault(each)?.Head)]);
        }
    }

    ValueTask<ImmutableArray<ListedRows?>> IConversationRows.ReadListAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        ListParts parts,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return new([
                .. conversations.Select(each => _conversations.GetValueOrDefault(each)?.ReadListed(user, parts)),
            ]);
        }
    }

    ValueTask<Member?> IConversationRows.ReadMemberAsync(
        ConversationId conversation,
        UserId user,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return new(_conversations[conversation].FindMember(user));
        }
    }

    ValueTask<ImmutableArray<Member>> IConversationRows.ReadMembersAsync(
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return new([.. _conversations[conversation].Members]);
        }
    }

    ValueTask<Entry> IConversationRows.ReadEntryAsync(
        ConversationId conversation,
        long seq,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return new(_conversations[conversation].EntryAt(seq));
        }
    }

    ValueTask<long?> IConversationRows.CountOwnAboveAsync(
        ConversationId conversation,
        UserId user,
        long seq,
        long head,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return new(_conversations[conversation].CountOwnAbove(user, seq, head));
        }
    }

    ValueTask IConversationRows.ReadForwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            var stored = _conversations[conversation];
            for (var seq = range.From; seq <= range.To && !page.IsFull; seq++)
            {
                page.Add(stored.EntryAt(seq));
            }

            return ValueTask.CompletedTask;
        }
    }

    ValueTask IConversationRows.ReadBackwardAsync(
        ConversationId conversation,
        SeqRange range,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            var stored = _conversations[conversation];
            for (var seq = range.To; seq >= range.From && !page.IsFull; seq--)
            {
                page.Add(stored.EntryAt(seq));
            }

            return ValueTask.CompletedTask;
        }
    }

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
