using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using Connect.Storage.Rules;
using Microsoft.Extensions.Logging;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// The stored order of the users' lists in the embedded store. The notes are walked round and round, so that those
/// which cannot be settled keep nobody behind them from their place.
/// </summary>
internal sealed class RocksDbListOrder(
    Database database,
    StoreKeys keys,
    Committer committer,
    ListTables lists,
    ConversationTables conversations,
    PassedOver passedOver,
    ILogger logger
) : IListOrder
{
    private const int NotesPerRead = 200;

    /// <summary>The note that was looked at last.</summary>
    private ConversationId _after;

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ConversationId>> SettleAsync(int places, CancellationToken cancellationToken)
    {
        var settled = ImmutableArray.CreateBuilder<ConversationId>();
        var isFromTheStart = _after == default;
        while (places > 0)
        {
            var notes = ReadNotes(_after);
            foreach (var conversation in notes.TakeWhile(_ => places > 0))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _after = conversation;
                places -= await TrySettleAsync(conversation, settled);
            }

            if (places <= 0 || notes.Count == NotesPerRead)
            {
                continue;
            }

            // A note that came anew meanwhile is for the next time.
            _after = default;
            if (isFromTheStart)
            {
                break;
            }

            isFromTheStart = true;
        }

        return settled.DrainToImmutable();
    }

    /// <summary>Returns how many places it wrote, or tried to; the note of one that fails stays.</summary>
    private async ValueTask<int> TrySettleAsync(
        ConversationId conversation,
        ImmutableArray<ConversationId>.Builder settled
    )
    {
        if (passedOver.Rests(conversation.Value))
        {
            return 0;
        }

        var places = 1;
        try
        {
            var (head, members) = ReadPresent(conversation);
            places += members.Count;
            await SettleAsync(conversation, head, members);
            passedOver.Forget(conversation.Value);
            settled.Add(conversation);
        }
        catch (Exception exception) when (PassedOver.Concerns(exception))
        {
            if (passedOver.Note(conversation.Value))
            {
                StorageLog.PassedOver(logger, "Order of lists", conversation, exception);
            }
        }

        return places;
    }

    private List<ConversationId> ReadNotes(ConversationId after)
    {
        using var scope = database.Enter();
        var notes = new List<ConversationId>();
        Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
        RowKeys.Owner(key, after.Value + 1);
        using var iterator = database.Iterate(database.Moved);
        for (iterator.Seek(key); iterator.Valid() && notes.Count < NotesPerRead; iterator.Next())
        {
            notes.Add(new(RowKeys.ReadId(iterator.GetKeySpan())));
        }

        Database.ThrowIfFailed(iterator);
        return notes;
    }

    private async ValueTask SettleAsync(ConversationId conversation, ConversationHead? head, List<Member> members)
    {
        var writes = members
            .Select(member => new FunctionWrite<bool>(batch => Place(batch, conversation, head!.Value, member))
            {
                Owner = member.User.Value,
            })
            .ToList();
        writes.ForEach(committer.Enqueue);
        await Task.WhenAll(writes.Select(write => write.Outcome.AsTask()));
        var end = new FunctionWrite<bool>(batch =>
        {
            // Not when it moved into another hour, or a flag changed, since: that note has the same key.
            var now = conversations.FindHead(conversation);
            if (
                now is not { } there
                || head is { } read && there.Epoch == read.Epoch && !ListRules.Moves(read.LastTime, there.LastTime)
            )
            {
                Span<byte> key = stackalloc byte[RowKeys.OwnerLength];
                RowKeys.Owner(key, conversation.Value);
                batch.Delete(key, database.Moved);
            }

            return true;
        })
        {
            Owner = conversation.Value,
        };
        committer.Enqueue(end);
        await end.Outcome;
    }

    private (ConversationHead? Head, List<Member> Present) ReadPresent(ConversationId conversation)
    {
        using var scope = database.Enter();
        var head = conversations.FindHead(conversation);
        if (head is not { MemberRows: > 0 } there)
        {
            return (head, []);
        }

        try
        {
            var all = conversations.ReadMembers(conversation, there.MemberRows);
            return (head, [.. all.Where(member => member.IsPresent)]);
        }
        catch (InvalidDataException) when (conversations.FindHead(conversation) is not { MemberRows: > 0 })
        {
            // Closed meanwhile.
            return (head, []);
        }
    }

    private bool Place(WriteBatch batch, ConversationId conversation, ConversationHead head, Member member)
    {
        if (
            keys.Find(RowTable.UserKey, member.User.Value) is not { } key
            || lists.Find(key, member.User, conversation) is not { PlacedAt: > 0 } before
        )
        {
            return false;
        }

        var placedAt = head.LastTime > before.PlacedAt ? lists.Stamp() : before.PlacedAt;
        lists.Put(batch, key, before, before with { PlacedAt = placedAt }, ListRules.IsRequest(member.Flags), head.Seq);
        return true;
    }
}
