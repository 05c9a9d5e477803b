using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Reading;
using Microsoft.Extensions.Logging;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <summary>
/// Indexes the authors of what an earlier format stored: in the background, conversation after conversation, and at
/// once, a part for each call, where a mark needs it now. Each part is durable with its progress, so a restart goes on
/// where the last one ended. One that fails stays behind the cursor, and is tried again in the next round.
/// </summary>
internal sealed class AuthorIndexing(Database database, ConversationTables tables, Committer committer)
{
    /// <summary>Entries of one part, and bytes of their texts.</summary>
    internal const int PartEntries = 1_024;
    private const int PartBytes = 1 << 20;

    /// <summary>
    /// Entries that were committed while a part was read and are read by the committer itself: else a busy
    /// conversation would stay one entry ahead for ever.
    /// </summary>
    private const int TailEntries = 64;

    /// <summary>Conversations of one round, which share the syncs of their writes.</summary>
    private const int RoundConversations = 64;

    /// <summary>What a conversation costs besides its entries, in entries.</summary>
    private const int ConversationCost = 8;

    /// <summary>How far this round is; the cursor stays before the first that failed.</summary>
    private ConversationId _walked;
    private bool _hasFailed;
    private DateTimeOffset _notBefore;

    private AuthorTables Authors => tables.Authors;

    /// <summary>One part of a conversation. True: it is indexed.</summary>
    public async ValueTask<bool> StepAsync(ConversationId conversation) =>
        (await IndexPartAsync(conversation)).IsComplete;

    /// <summary>Goes on with the walk over all conversations.</summary>
    /// <param name="entries">About how many entries to index now.</param>
    /// <param name="passedOver">Learns of conversations that fail.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For a line about each that fails.</param>
    public async Task RunAsync(int entries, PassedOver passedOver, TimeProvider time, ILogger logger)
    {
        for (long left = entries; left > 0 && !Authors.AllIndexed && time.GetUtcNow() >= _notBefore; )
        {
            ImmutableArray<ConversationId> next;
            using (database.Enter())
            {
                var cursor = Authors.Cursor;
                next = tables.NextConversations(cursor.CompareTo(_walked) > 0 ? cursor : _walked, RoundConversations);
            }

            var failed = new ConcurrentQueue<(ConversationId Id, Exception Exception)>();
            var results = await Task.WhenAll(next.Select(each => TryIndexAsync(each, left / next.Length, failed)));
            left -= results.Sum(each => each.Cost);
            if (!Array.TrueForAll(results, each => each.IsComplete))
            {
                // What is complete says so itself: the next call passes over it.
                continue;
            }

            foreach (var (id, exception) in failed.Where(each => passedOver.Note(each.Id.Value)))
            {
                StorageLog.PassedOver(logger, "Index of authors", id, exception);
            }

            _hasFailed |= !failed.IsEmpty;
            if (!_hasFailed)
            {
                await EndPartAsync(next);
            }
            else if (next.Length == RoundConversations)
            {
                _walked = next[^1];
            }
            else
            {
                // Never the end while one has no rows: its commits would count on from none.
                (_walked, _hasFailed, _notBefore) = (default, false, time.GetUtcNow() + PassedOver.Rest);
            }
        }
    }

    private async Task<(bool IsComplete, long Cost)> TryIndexAsync(
        ConversationId conversation,
        long entries,
        ConcurrentQueue<(ConversationId Id, Exception Exception)> failed
    )
    {
        try
        {
            return await IndexAsync(conversation, entries);
        }
        catch (Exception exception) when (PassedOver.Concerns(exception))
        {
            failed.Enqueue((conversation, exception));
            return (true, ConversationCost);
        }
    }

    private async Task<(bool IsComplete, long Cost)> IndexAsync(ConversationId conversation, long entries)
    {
        long cost = ConversationCost;
        while (true)
        {
            bool isComplete;
            try
            {
                (isComplete, var indexed) = await IndexPartAsync(conversation);
                cost += indexed;
            }
            catch (CryptographicException)
            {
                // Its key does not open, so nothing in it can be read.
                isComplete = true;
            }

            if (isComplete || cost >= entries)
            {
                return (isComplete, cost);
            }
        }
    }

    private async Task EndPartAsync(ImmutableArray<ConversationId> indexed)
    {
        var isLast = indexed.Length < RoundConversations;
        var write = new FunctionWrite<bool>(batch =>
        {
            if (isLast)
            {
                Authors.PutEnd(batch);
            }
            else
            {
                Authors.PutCursor(batch, indexed[^1]);
            }

            return true;
        })
        {
            // It has no owner. What a new conversation of the same batch says of itself must stay.
            Owner = UInt128.MaxValue - 1,
            ComesFirst = true,
        };
        committer.Enqueue(write);
        await write.Outcome;
        if (isLast)
        {
            Authors.Ended();
        }
    }

    private async Task<(bool IsComplete, int Entries)> IndexPartAsync(ConversationId conversation)
    {
        if (ReadPart(conversation) is not { } part)
        {
            return (true, 0);
        }

        var write = new FunctionWrite<bool>(batch => Put(batch, conversation, part))
        {
            Owner = conversation.Value,
            Bytes = part.Messages.Count * (Rows.RowKeys.AuthorLength + Rows.AuthorRow.Length),
        };
        committer.Enqueue(write);
        return (await write.Outcome, part.Entries);
    }

    /// <summary>The messages of the next entries; null when nothing is left to index.</summary>
    private Part? ReadPart(ConversationId conversation)
    {
        using var scope = database.Enter();
        if (
            Authors.IsIndexed(conversation)
            || tables.FindHead(conversation) is not { MemberRows: > 0 } head
            || tables.FindKey(conversation) is not { } key
        )
        {
            return null;
        }

        var begun = Authors.ProgressOf(conversation).Through;
        var through = Math.Max(begun, head.Floor);
        var part = new Part(begun, through, key);
        Read(conversation, part, head.Seq, PartEntries);
        return part;
    }

    private void Read(ConversationId conversation, Part part, long to, int maxEntries)
    {
        if (part.Through >= to)
        {
            return;
        }

        var page = new EntryPage(maxEntries, PartBytes);
        try
        {
            tables.ReadEntries(conversation, new(part.Through + 1, to), descending: false, page);
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException)
        {
            // Nobody can read this entry, so nobody counts it; the entries behind it must not wait for it.
            part.Add(page);
            part.Skip();
            return;
        }

        part.Add(page);
    }

    /// <summary>On the committer's thread, so that no commit of the conversation comes in between.</summary>
    private bool Put(WriteBatch batch, ConversationId conversation, Part part)
    {
        if (Authors.IsIndexed(conversation) || tables.FindHead(conversation) is not { MemberRows: > 0 } head)
        {
            return true;
        }

        if (Authors.ProgressOf(conversation).Through != part.Begun)
        {
            // Somebody else indexed the same entries meanwhile.
            return false;
        }

        if (head.Seq - part.Through <= TailEntries)
        {
            Read(conversation, part, head.Seq, TailEntries);
        }

        var counts = new Dictionary<UInt128, long>();
        foreach (var (seq, author) in part.Messages)
        {
            if (seq > head.Floor)
            {
                var count = counts.TryGetValue(author, out var last) ? last : Authors.FindLast(conversation, author);
                counts[author] = count + 1;
                Authors.Put(batch, conversation, author, seq, count + 1);
            }
        }

        var isComplete = part.Through >= head.Seq;
        Authors.PutProgress(batch, conversation, new(part.Through, isComplete));
        return isComplete;
    }

    /// <summary>Entries that were read, and which of them are messages.</summary>
    private sealed class Part(long begun, long through, DataKey key)
    {
        public long Begun { get; } = begun;

        public long Through { get; private set; } = through;

        public int Entries { get; private set; }

        public List<(long Seq, UInt128 Author)> Messages { get; } = [];

        public void Add(EntryPage page)
        {
            for (var i = 0; i < page.Count; i++)
            {
                if (page[i] is var entry && entry.Kind.CountsAsMessage())
                {
                    Messages.Add((entry.Seq, key.MarkAuthor(entry.From.Value)));
                }

                Through = page[i].Seq;
            }

            Entries += page.Count;
        }

        /// <summary>Leaves out the next entry.</summary>
        public void Skip() => Through++;
    }
}
