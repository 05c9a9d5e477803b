using Connect.Contracts.Storage;

namespace Connect.Tests.Simulation;

/// <summary>
/// Commits whose callers have no answer: each takes effect some time later, or never. The true store still refuses
/// those that a claim or another commit overtook. Checks every commit that takes effect.
/// </summary>
internal sealed class OpenCommits(SimulatedWorld world)
{
    private readonly List<ConversationCommit> _open = [];

    public bool IsEmpty => _open.Count == 0;

    public void Add(ConversationCommit commit)
    {
        _open.Add(commit);
        world.Scheduler.Start(async () =>
        {
            await world.Scheduler.PauseAsync(3_000);
            await DecideAsync(commit);
        });
    }

    /// <summary>Decides all that is open.</summary>
    public async Task DecideAsync()
    {
        foreach (var commit in _open.ToArray())
        {
            await DecideAsync(commit);
        }
    }

    public async ValueTask<CommitResult> CommitAsync(ConversationCommit commit)
    {
        var before = await world.Truth.LoadAsync(commit.Conversation);
        var result = world.Bug == SimulatedBug.ForgetsCids ? await ForgetfulAsync(commit) : await TrueAsync(commit);
        if (result.Status == CommitStatus.Committed)
        {
            await CommitChecks.CheckAsync(world, before, commit);
        }

        return result;
    }

    private ValueTask<CommitResult> TrueAsync(ConversationCommit commit) => world.Truth.CommitAsync(commit);

    /// <summary>Commits under other cids, so that the true store finds none.</summary>
    private async Task<CommitResult> ForgetfulAsync(ConversationCommit commit)
    {
        var known = await world.Truth.FindCidsAsync(
            commit.Conversation,
            [.. commit.Entries.Select(entry => new CidProbe(entry.From, entry.Cid, entry.Body))]
        );
        var twice = known.Select(row => row.Cid).ToHashSet();
        var entries = commit.Entries.Select(entry =>
            twice.Contains(entry.Cid) ? entry with { Cid = world.NextCid() } : entry
        );
        return await world.Truth.CommitAsync(commit with { Entries = [.. entries] });
    }

    private async Task DecideAsync(ConversationCommit commit)
    {
        if (_open.Remove(commit) && world.Coin())
        {
            await CommitAsync(commit);
        }
    }
}
