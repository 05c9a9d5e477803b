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
    private static readonly TimeSpan PartsPause = TimeSpan.FromSeconds(5);

    public async Task ExecuteAsync(SessionCommands caller, SessionRequest request, Sync asked)
    {
        var (session, sync) = (caller.Session, caller.Pages.Sync);
        session.SyncWaits(false);
        try
        {
            var wait = asked.More ? rates.SyncPages.Take(session.User) : rates.Syncs.Take(session.User);
            if (wait > TimeSpan.Zero)
            {
                sync.ForgetParts();

                // The client begins again with the first part: not before there is room for all of them.
                caller.Slow(request, asked.More ? wait + PartsPause : wait);
            }
            else if (!TryCollect(sync, asked, out var error, out var field))
            {
                sync.ForgetParts();
                session.Fail(request, error, field);
            }
            else if (asked.More)
            {
                session.Answer(request, new ServerFrame { Ok = new() });
            }
            else if (await TakeListAsync(session.User, sync.Mode) is var list && list > TimeSpan.Zero)
            {
                sync.ForgetParts();
                caller.Slow(request, list);
            }
            else
            {
                await BeginAsync(session, sync);
                await PageAsync(session, sync, sync.Work!, request);
            }
        }
        finally
        {
            Rest(session, sync);
        }
    }

    public async Task NextAsync(SessionCommands caller, SessionRequest request)
    {
        var (session, sync) = (caller.Session, caller.Pages.Sync);
        if (sync.Work is not { } work)
        {
            session.Fail(request, ErrorCode.Invalid, "next");
            return;
        }

        session.SyncWaits(false);
        try
        {
            var wait = rates.SyncPages.Take(session.User);
            if (wait > TimeSpan.Zero)
            {
                caller.Slow(request, wait);
            }
            else
            {
                await PageAsync(session, sync, work, request);
            }
        }
        finally
        {
            Rest(session, sync);
        }
    }

    /// <summary>Listing all that the user has is paid like the pages it is as long as.</summary>
    private async ValueTask<TimeSpan> TakeListAsync(UserId user, SyncMode mode)
    {
        if (mode == SyncMode.Listed)
        {
            return TimeSpan.Zero;
        }

        var pages = await index.CountAsync(user, CancellationToken.None) / RowsPerRead;
        return pages == 0 ? TimeSpan.Zero : rates.SyncPages.Take(user, pages);
    }

    /// <summary>What the client says or asks next is awaited for a limited time.</summary>
    private static void Rest(Session session, SessionSync sync)
    {
        sync.PartBytes = sync.Positions.Bytes;
        session.SyncWaits(sync.IsUnderWay);
    }

    private async Task BeginAsync(Session session, SessionSync sync)
    {
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
    }

    private async Task PageAsync(Session session, SessionSync sync, SyncWork work, SessionRequest request)
    {
        try
        {
            var page = await pager.FillAsync(session.User, work, session.Pushes);
            if (!session.Pushes.AddPage(work, new ServerFrame { Id = request.Id, SyncPage = page }))
            {
                sync.Work = null;
            }
        }
        catch
        {
            // The client asks for the page again: nothing of it may be taken for told.
            session.Pushes.Change(work, false, static (lost, _) => lost.PageLost());
            throw;
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

            sync.Positions.SetPosition(sync.Positions.FindOrAdd(conversation), (long)position.Seq);
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
                sync.Positions.FindOrAdd(row.Conversation);
            }
        }

        session.Pushes.Change(work, sync.Positions, static (work, positions) => work.Hold(positions));
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
            session.Pushes.Change(
                work,
                own,
                static (work, own) =>
                {
                    foreach (var each in own)
                    {
                        work.Hold(each.Conversation, each.Member.Marks.Delivered);
                    }
                }
            );
        }
    }
}

/// <summary>How far the sync of one session got: what its parts have said so far, then what is left to read.</summary>
internal sealed class SessionSync
{
    private long _partBytes;

    public HeldPositions Positions { get; private set; } = new();

    public SyncMode Mode { get; set; }

    /// <summary>Bytes that the parts take; for other threads.</summary>
    public long PartBytes
    {
        get => Volatile.Read(ref _partBytes);
        set => Volatile.Write(ref _partBytes, value);
    }

    /// <summary>What is left to read; null: no sync is under way.</summary>
    public SyncWork? Work { get; set; }

    /// <summary>The client has more to say or to ask for.</summary>
    public bool IsUnderWay => Work is not null || Mode != SyncMode.Unspecified;

    /// <summary>Forgets what the parts said; the positions may belong to the work by now.</summary>
    public void ForgetParts()
    {
        Positions = new();
        Mode = SyncMode.Unspecified;
    }
}
