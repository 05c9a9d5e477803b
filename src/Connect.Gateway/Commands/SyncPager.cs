using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Doors.Limits;
using Connect.Doors.Wire;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Commands;

/// <summary>Fills pages of a sync from the hot tail where it reaches back far enough, else from the store.</summary>
internal sealed class SyncPager(
    IConversationReader reader,
    IHotTail hotTail,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<SyncPager> log
)
{
    /// <summary>
    /// What is older may have been deleted from the store (which keeps entries a day at least), though the tail still
    /// has it.
    /// </summary>
    private static readonly TimeSpan TailAge = TimeSpan.FromDays(1);

    /// <summary>
    /// Reads until the page is full or no work is left. A conversation that cannot be read ends the page: it comes
    /// again, and what was read before it is not lost. Throws when there is nothing to send but the failure.
    /// </summary>
    public async Task<SyncPage> FillAsync(UserId user, SyncWork work, SessionPushes pushes)
    {
        var limits = options.Value;
        var page = new SyncPage();
        var budget = new PageBudget(limits.PageBytes, limits.SyncPageEntries);
        var notBefore = (time.GetUtcNow() - limits.SyncWindow).ToUnixTimeMilliseconds();
        for (var i = 0; i < limits.SyncPageConversations && !budget.IsSpent; i++)
        {
            if (!pushes.TryTake(work, out var conversation, out var position))
            {
                break;
            }

            SyncSlice slice;
            try
            {
                slice = await ReadAsync(user, conversation, position, notBefore, budget);
            }
            catch (Exception exception) when (page.Entries.Count + page.Skipped.Count + page.Reset.Count > 0)
            {
                GatewayLog.PageCutShort(log, exception, conversation);
                pushes.Change(work, conversation, static (w, s) => w.Retry(s));
                break;
            }

            if (slice.Access == ReadAccess.Member && slice.Head < position)
            {
                // A position of another life of the store, or of another server: never a silent skip.
                page.Reset.Add(new Position { Conversation = conversation.ToString(), Seq = (ulong)slice.Head });
                budget.SpendRange();
            }

            var through = slice.Access == ReadAccess.None ? position : Add(page, conversation, slice, budget);
            var isStuck = slice.Access != ReadAccess.Member && through <= position;
            pushes.Change(
                work,
                (conversation, through, head: isStuck ? 0 : slice.Head),
                static (w, s) =>
                {
                    if (s.head == 0)
                    {
                        w.Drop(s.conversation);
                    }
                    else
                    {
                        w.Advance(s.conversation, s.through, s.head);
                    }
                }
            );
        }

        return page;
    }

    private ValueTask<SyncSlice> ReadAsync(
        UserId user,
        ConversationId conversation,
        long position,
        long notBefore,
        PageBudget budget
    )
    {
        var oldest = Math.Max(notBefore, (time.GetUtcNow() - TailAge).ToUnixTimeMilliseconds());
        if (hotTail.TryRead(user, conversation, position, out var tail) && (tail.IsEmpty || tail[0].Time >= oldest))
        {
            var head = tail.IsEmpty ? position : tail[^1].Seq;
            return ValueTask.FromResult(new SyncSlice(ReadAccess.Member, tail, [], head, head));
        }

        var query = new SyncQuery(position, notBefore, budget.EntriesLeft, budget.BytesLeft);
        return reader.ReadAfterAsync(user, conversation, query, CancellationToken.None);
    }

    /// <summary>Adds what fits and returns the seq up to which the slice is now covered.</summary>
    private static long Add(SyncPage page, ConversationId conversation, SyncSlice slice, PageBudget budget)
    {
        var through = slice.Through;
        foreach (var entry in slice.Entries)
        {
            if (!budget.TrySpend(entry))
            {
                through = entry.Seq - 1;
                break;
            }

            page.Entries.Add(entry.ToWire(conversation));
        }

        foreach (var range in slice.Skipped)
        {
            if (range.To <= through)
            {
                page.Skipped.Add(range.ToWire(conversation));
                budget.SpendRange();
            }
        }

        return through;
    }
}
