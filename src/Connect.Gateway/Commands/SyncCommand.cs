using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// <c>sync</c> and <c>next</c>: what the device lacks, page by page, until the session is live. Runs in the page lane,
/// so one call at a time.
/// </summary>
internal sealed class SyncCommand(Session session)
{
    private const int RowsPerRead = 200;

    private readonly Dictionary<ConversationId, long> _positions = [];
    private SyncMode _mode;
    private SyncWork? _work;

    public async Task ExecuteAsync(SessionRequest request, Sync sync)
    {
        if (!TryCollect(sync, out var error, out var field))
        {
            Forget();
            session.Fail(request, error, field);
            return;
        }

        if (sync.More)
        {
            session.Answer(request, new ServerFrame { Ok = new() });
            return;
        }

        var wait = session.Services.Rates.Syncs.Take(session.User);
        if (wait > TimeSpan.Zero)
        {
            Forget();
            session.Slow(request, wait);
            return;
        }

        // Pushes join the work before anything is read: what was committed before is read, what comes after joins.
        _work = session.Pushes.BeginSync(onlyListed: _mode == SyncMode.Listed);
        try
        {
            await ListAsync(_work);
        }
        catch
        {
            _work = null;
            throw;
        }
        finally
        {
            Forget();
        }

        await NextAsync(request);
    }

    public async Task NextAsync(SessionRequest request)
    {
        if (_work is null)
        {
            session.Fail(request, ErrorCode.Invalid, "next");
            return;
        }

        var page = await session.Services.SyncPager.FillAsync(session.User, _work, session.Pushes);
        if (!session.Pushes.AddPage(_work, new ServerFrame { Id = request.Id, SyncPage = page }))
        {
            _work = null;
        }

        session.Services.Metrics.PageSent();
        session.Answered(request);
    }

    private bool TryCollect(Sync sync, out ErrorCode error, out string? field)
    {
        (error, field) = (ErrorCode.Invalid, "mode");
        if (sync.Mode != SyncMode.Unspecified)
        {
            if (_mode != SyncMode.Unspecified && _mode != sync.Mode)
            {
                return false;
            }

            _mode = sync.Mode;
        }

        if (_mode == SyncMode.Unspecified)
        {
            return false;
        }

        field = "positions";
        foreach (var position in sync.Positions)
        {
            if (!ConversationId.TryParse(position.Conversation, out var conversation))
            {
                return false;
            }

            _positions[conversation] = (long)position.Seq;
        }

        error = ErrorCode.TooLarge;
        return _positions.Count <= session.Services.Options.SyncPositions;
    }

    private void Forget()
    {
        _positions.Clear();
        _positions.TrimExcess();
        _mode = SyncMode.Unspecified;
    }

    private async Task ListAsync(SyncWork work)
    {
        if (_mode == SyncMode.Fresh)
        {
            await ListDeliveredAsync(work);
            return;
        }

        if (_mode == SyncMode.All)
        {
            // What is not listed is read from its first visible entry of the window on.
            var rows = await session.Services.Index.ListAsync(session.User, CancellationToken.None);
            foreach (var row in rows)
            {
                _positions.TryAdd(row.Conversation, 0);
            }
        }

        Hold(work, _positions);
    }

    /// <summary>A device without memory starts where its user's devices got to.</summary>
    private async Task ListDeliveredAsync(SyncWork work)
    {
        var rows = await session.Services.Index.ListAsync(session.User, CancellationToken.None);
        foreach (var chunk in rows.Select(row => row.Conversation).Chunk(RowsPerRead))
        {
            var own = await session.Services.Reader.ReadMembershipsAsync(
                session.User,
                ImmutableArray.Create(chunk),
                CancellationToken.None
            );
            Hold(work, own.Select(each => KeyValuePair.Create(each.Conversation, each.Member.Marks.Delivered)));
        }
    }

    private void Hold(SyncWork work, IEnumerable<KeyValuePair<ConversationId, long>> positions) =>
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
