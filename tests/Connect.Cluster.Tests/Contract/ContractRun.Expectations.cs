using Connect.Protocol;
using Connect.Protocol.V1;
using Entry = Connect.Client.Entry;

namespace Connect.Cluster.Tests.Contract;

/// <content>What is to be seen.</content>
internal sealed partial class ContractRun
{
    private static readonly Dictionary<
        string,
        Func<ContractRun, Step, CancellationToken, Task<(object? Seen, object? Wanted)>>
    > Expectations = new()
    {
        ["texts"] = async (run, step, cancel) =>
            (TextsOf((await run.ViewAsync(step, cancel)).Items.Select(item => item.Entry)), step.Are),
        ["told"] = async (run, step, cancel) => (run.Of(step.Who).Told(await run.RoomAsync(step, cancel)), step.Are),
        ["skipped"] = async (run, step, cancel) =>
            (
                (await run.ViewAsync(step, cancel))
                    .Items.Where(item => item.Entry is null)
                    .Select(item => new[] { item.From, item.To }),
                step.Are
            ),
        ["history"] = async (run, step, cancel) => (await run.HistoryAsync(step, cancel), step.Are),
        ["sent"] = async (run, step, cancel) => (run.Of(step.Who).Sent(await run.RoomAsync(step, cancel)), step.Are),
        ["idle"] = async (run, step, cancel) => ((await run.ClientOf(step).OutgoingAsync(cancel)).Count, 0),
        ["listed"] = async (run, step, cancel) => (await run.ItemAsync(step, cancel) is not null, step.Is),
        ["unread"] = async (run, step, cancel) => ((await run.ItemAsync(step, cancel))?.Info.Unread, step.Is),
        ["request"] = async (run, step, cancel) => ((await run.ItemAsync(step, cancel))?.Info.Request, step.Is),
        ["online"] = async (run, step, cancel) =>
            ((await run.ItemAsync(step, cancel))?.Presence?.IsOnline ?? false, step.Is),
        ["place"] = (run, step, cancel) => run.PlaceAsync(step, cancel),
        ["typing"] = async (run, step, cancel) => ((await run.ViewAsync(step, cancel)).Typing, run.IdsOf(step.Users)),
        ["invites"] = async (run, step, cancel) =>
            ((await run.ClientOf(step).InvitesAsync(cancel)).Select(invite => invite.Title), step.Are),
        ["state"] = (run, step, _) =>
            Task.FromResult<(object?, object?)>((run.ClientOf(step).State.ToString().ToLowerInvariant(), step.Is)),
        ["error"] = (run, step, _) =>
            Task.FromResult<(object?, object?)>(
                (run.ClientOf(step).Error is { } error ? ErrorCodes.Describe(error.Code).Name : null, step.Is)
            ),
        ["breaks"] = (run, step, _) => Task.FromResult<(object?, object?)>((run.Of(step.Who).Breaks, step.Is)),
        ["outlived"] = (run, step, _) =>
            Task.FromResult<(object?, object?)>((run.Of(step.Who).Tokens.IsOutlived, true)),
        ["refused_tokens"] = (run, step, _) =>
            Task.FromResult<(object?, object?)>((run.Of(step.Who).Tokens.Refused >= step.Least, true)),
    };

    private static IEnumerable<string> TextsOf(IEnumerable<Entry?> entries) =>
        entries.Where(entry => entry?.Kind == EntryKind.Message).Select(entry => entry!.Text);

    /// <summary>The marks of another, as far as the step names them.</summary>
    private async Task<(object? Seen, object? Wanted)> PlaceAsync(Step step, CancellationToken cancellation)
    {
        var user = Of(step.Of).Id;
        var places = (await ViewAsync(step, cancellation)).Others;
        var place = places.FirstOrDefault(each => each.User == user) ?? new(user, 0, 0);
        long?[] seen = [step.Delivered is null ? null : place.Delivered, step.Read is null ? null : place.Read];
        return (seen, new[] { step.Delivered, step.Read });
    }

    /// <summary>All pages; this SDK reads them from the newest.</summary>
    private async Task<IEnumerable<string>> HistoryAsync(Step step, CancellationToken cancellation)
    {
        var entries = new List<Entry>();
        await foreach (var page in (await RoomAsync(step, cancellation)).HistoryAsync(null, 3, cancellation))
        {
            entries.InsertRange(0, page.Entries);
        }

        return TextsOf(entries);
    }
}
