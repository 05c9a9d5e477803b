using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Doors.Limits;
using Connect.Gateway.Metrics;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Commands;

/// <summary>
/// <c>sync</c> and <c>next</c>: what the device lacks, page by page, until the session is live. Runs in the page lane,
/// so one call at a time for each session.
/// </summary>
internal sealed class SyncCommand(
    SyncPager pager,
    IConversationIndex index,
    IConversationReader reader,
    RateLimits rates,
    GatewayMetrics metrics,
    IOptions<GatewayOptions> options
)
{
    private const int RowsPerRead = 200;

    public async Task ExecuteAsync(SessionCommands caller, SessionRequest request, Sync asked)
    {
        var (session, sync) = (caller.Session, caller.Pages.Sync);
        if (!TryCollect(sync, asked, out var error, out var field))
        {
            sync.ForgetParts();
            session.Fail(request, error, field);
            return;
        }

        if (asked.More)
        {
            session.Answer(request, new ServerFrame { Ok = new() });
            return;
        }

        var wait = rates.Syncs.Take(session.User);
        if (wait > TimeSpan.Zero)
        {
            sync.ForgetParts();
            caller.Slow(request, wait);
            return;
        }

        // Pushes join the work before anything is read: what was committed before is read, what comes after joins.
        sync.Work = session.Pushes.BeginSync(onlyListed: sync.Mode == SyncMode.Listed);
        try
        {
            await ListAsync(session, sync, sync.Work);
        }
        catch
        {
            sync.Work = null;
            throw;
        }
        finally
        {
            sync.ForgetParts();
        }

        await NextAsync(caller, request);
    }

    public async Task NextAsync(SessionCommands caller, SessionRequest request)
    {
        var (session, sync) = (caller.Session, caller.Pages.Sync);
        if (sync.Work is not { } work)
        {
            session.Fail(request, ErrorCode.Invalid, "next");
            return;
        }

        var page = await pager.FillAsync(session.User, work, session.Pushes);
        if (!session.Pushes.AddPage(work, new ServerFrame { Id = request.Id, SyncPage = page }))
        {
            sync.Work = null;
        }

        metrics.PageSent();
        session.Answered(request);
    }

    private bool TryCollect(SessionSync sync, Sync asked, out ErrorCode error, out string? field)
    {
        (error, field) = (ErrorCode.Invalid, "mode");
        if (asked.Mode != SyncMode.Unspecified)
        {
            if (sync.Mode != SyncMode.Unspecified && sync.Mode != asked.Mode)
            {
                return false;
            }

            sync.Mode = asked.Mode;
        }

        if (sync.Mode == SyncMode.Unspecified)
        {
            return false;
        }

        field = "positions";
        foreach (var position in asked.Positions)
        {
            if (!ConversationId.TryParse(position.Conversation, out var conversation))
            {
                return false;
            }

            sync.Positions[conversation] = (long)position.Seq;
        }

        error = ErrorCode.TooLarge;
        return sync.Positions.Count <= options.Value.SyncPositions;
    }

    private async Task ListAsync(Session session, SessionSync sync, SyncWork work)
    {
        if (sync.Mode == SyncMode.Fresh)
        {
            await ListDeliveredAsync(session, work);
            return;
        }

        if (sync.Mode == SyncMode.All)
        {
            // What is not listed is read from its first visible entry of the window on.
            foreach (var row in await index.ListAsync(session.User, CancellationToken.None))
            {
                sync.Positions.TryAdd(row.Conversation, 0);
            }
        }

        Hold(session, work, sync.Positions);
    }

    /// <summary>A device without memory starts where its user's devices got to.</summary>
    private async Task ListDeliveredAsync(Session session, SyncWork work)
    {
        var rows = await index.ListAsync(session.User, CancellationToken.None);
        foreach (var chunk in rows.Select(row => row.Conversation).Chunk(RowsPerRead))
        {
            var own = await reader.ReadMembershipsAsync(
                session.User,
                ImmutableArray.Create(chunk),
                CancellationToken.None
            );
            Hold(
                session,
                work,
                own.Select(each => KeyValuePair.Create(each.Conversation, each.Member.Marks.Delivered))
            );
        }
    }

    private static void Hold(
        Session session,
        SyncWork work,
        IEnumerable<KeyValuePair<ConversationId, long>> positions
    ) =>
        session.Pushes.Change(
            work,
            positions,
            static (work, positions) =>
            {
                foreach (var (conversation, position) in positions)
                {
                    work.Hold(conversation, position);
                }
            }
        );
}

/// <summary>How far the sync of one session got: what its parts have said so far, then what is left to read.</summary>
internal sealed class SessionSync
{
    public Dictionary<ConversationId, long> Positions { get; } = [];

    public SyncMode Mode { get; set; }

    /// <summary>What is left to read; null: no sync is under way.</summary>
    public SyncWork? Work { get; set; }

    /// <summary>Forgets what the parts said, and gives the memory back.</summary>
    public void ForgetParts()
    {
        Positions.Clear();
        Positions.TrimExcess();
        Mode = SyncMode.Unspecified;
    }
}
