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

    ValueTask<bool> IRetainedRows.PlaceAsync(int count) => new(true);

    ImmutableArray<DueRow> IRetainedRows.NextDue(DueRow after, long before, int count)
    {
        lock (_lock)
        {
            return
            [
                .. _dues
                    .GetViewBetween(after, new(after.Kind, before, default))
                    .Where(row => row != after && row.Time < before)
                    .Take(count),
            ];
        }
    }

    ValueTask IRetainedRows.RaiseFloorAsync(DueRow row, FloorChange change, long dropAt)
    {
        lock (_lock)
        {
            _dues.Remove(row);
            var stored = _conversations[row.Conversation];
            if (stored.Head.MemberRows == 0)
            {
                return ValueTask.CompletedTask;
            }

            var raised = RetentionRules.Raise(stored.Head, change);
            if (raised != stored.Head)
            {
                stored.Head = raised;
                _dues.Add(new(DueKind.Rows, dropAt, row.Conversation));
            }

            if (raised.Seq > raised.Floor)
            {
                _dues.Add(new(DueKind.Floor, change.NextDue, row.Conversation));
            }

            return ValueTask.CompletedTask;
        }
    }

    ValueTask IRetainedRows.DropBelowFloorAsync(DueRow row)
    {
        lock (_lock)
        {
            _dues.Remove(row);
            if (_conversations[row.Conversation] is { Head.MemberRows: > 0 } stored)
            {
                stored.DropBelowFloor();
            }

            return ValueTask.CompletedTask;
        }
    }
}
