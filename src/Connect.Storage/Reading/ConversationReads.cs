using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Rules;

namespace Connect.Storage.Reading;

/// <summary>
/// The one place that decides what a reader may see, for every store. It reads the head first and the member after it,
/// see <see cref="VisibleLog"/>.
/// </summary>
/// <param name="undelivered">How long a message may wait for a member (ADR 0021).</param>
internal sealed class ConversationReads(IConversationRows rows, TimeProvider time, TimeSpan undelivered)
    : IConversationReader
{
    /// <summary>Above this number of present members a view lists none of them.</summary>
    private const int MaxOthers = 50;

    /// <summary>
    /// Entries below the head that are searched for the reader's newest message, to count who read it.
    /// </summary>
    private const int OwnSearchEntries = 200;
    private const int OwnSearchBytes = 256 * 1024;

    private static readonly ListParts ViewParts = new(Creation: true, Newest: true, MembersUpTo: MaxOthers);

    private readonly UnreadCounts _unread = new(rows, time, undelivered);

    /// <inheritdoc/>
    public async ValueTask<HistorySlice> ReadHistoryAsync(
        UserId reader,
        ConversationId conversation,
        HistoryQuery query,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(reader, conversation, cancellationToken) is not var (_, member, log))
        {
            return HistorySlice.None;
        }

        var access = member.IsPresent ? ReadAccess.Member : ReadAccess.Former;
        ImmutableArray<Entry> entries;
        long from;
        long to;
        if (query.Around > 0)
        {
            var middle = Math.Min(query.Around, log.End);
            var lower = new EntryPage((query.Limit + 1) / 2, query.MaxBytes / 2);
            var upper = new EntryPage(query.Limit / 2, query.MaxBytes / 2);
            from = await ReadDownAsync(conversation, log, middle, lower, cancellationToken);
            to = await ReadUpAsync(conversation, log, middle + 1, upper, cancellationToken);
            entries = [.. lower.ToReversed(), .. upper.ToImmutable()];
        }
        else if (query.After > 0)
        {
            var page = new EntryPage(query.Limit, query.MaxBytes);
            from = Math.Min(query.After, log.End) + 1;
            to = await ReadUpAsync(conversation, log, from, page, cancellationToken);
            entries = page.ToImmutable();
        }
        else
        {
            var page = new EntryPage(query.Limit, query.MaxBytes);
            to = query.Before > 0 ? Math.Min(query.Before - 1, log.End) : log.End;
            from = await ReadDownAsync(conversation, log, to, page, cancellationToken);
            entries = page.ToReversed();
        }

        return new(access, entries, log.Skipped(from, to, 0), log.AnyBelow(from), log.AnyAbove(to));
    }

    /// <inheritdoc/>
    public async ValueTask<SyncSlice> ReadAfterAsync(
        UserId reader,
        ConversationId conversation,
        SyncQuery query,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(reader, conversation, cancellationToken) is not var (head, member, log))
        {
            return SyncSlice.None;
        }

        if (member.Flags.HasFlag(MemberFlags.Declined))
        {
            // No device gets what was declined; all of it is still there should they accept or answer later.
            return SyncSlice.None;
        }

        var access = member.IsPresent ? ReadAccess.Member : ReadAccess.Former;
        var from = Math.Clamp(query.After, 0, log.End) + 1;
        if (from > log.End)
        {
            return new(access, [], [], log.End, log.End);
        }

        var expiredBelow =
            query.NotBefore <= 0
                ? 0
                : await EntryTimes.FirstAtAsync(rows, conversation, head, from, query.NotBefore, cancellationToken);
        var page = new EntryPage(query.MaxEntries, query.MaxBytes);
        var through = await ReadUpAsync(conversation, log, Math.Max(from, expiredBelow), page, cancellationToken);
        return new(access, page.ToImmutable(), log.Skipped(from, through, expiredBelow), through, log.End);
    }

    /// <inheritdoc cref="IIndexRows.BelongsAsync"/>
    public async ValueTask<bool> BelongsAsync(
        UserId user,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) =>
        await rows.ReadHeadAsync(conversation, cancellationToken) is { MemberRows: > 0 }
        && await rows.ReadMemberAsync(conversation, user, cancellationToken) is { IsPresent: true };

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ConversationActivity>> ReadActivityAsync(
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        var heads = await rows.ReadHeadsAsync(conversations, cancellationToken);
        var activity = ImmutableArray.CreateBuilder<ConversationActivity>(conversations.Length);
        for (var i = 0; i < heads.Length; i++)
        {
            if (heads[i] is { Seq: > 0 } head)
            {
                activity.Add(new(conversations[i], head.Seq, head.LastTime));
            }
        }

        return activity.DrainToImmutable();
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<Member?>> ReadOwnAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        var list = await rows.ReadListAsync(reader, conversations, default, cancellationToken);
        return [.. list.Select(each => each is { Head.Seq: > 0 } ? each.Own : null)];
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<OwnMembership>> ReadMembershipsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        var members = await ReadOwnAsync(reader, conversations, cancellationToken);
        var own = ImmutableArray.CreateBuilder<OwnMembership>(conversations.Length);
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i] is { IsPresent: true } member)
            {
                own.Add(new(conversations[i], member));
            }
        }

        return own.DrainToImmutable();
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ConversationView>> ReadViewsAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        var list = await rows.ReadListAsync(reader, conversations, ViewParts, cancellationToken);
        var views = ImmutableArray.CreateBuilder<ConversationView>(conversations.Length);
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] is { Head.Seq: > 0, Own.IsPresent: true } listed)
            {
                views.Add(await ReadViewAsync(conversations[i], listed, cancellationToken));
            }
        }

        return views.DrainToImmutable();
    }

    /// <inheritdoc/>
    public async ValueTask<OwnNewest?> ReadOwnNewestAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        if (
            await FindAsync(reader, conversation, cancellationToken) is not var (head, member, log)
            || !member.IsPresent
            || head.PresentMembers <= MaxOthers
            || await FindOwnAsync(reader, conversation, log, cancellationToken) is not (> 0 and var seq)
        )
        {
            return null;
        }

        return new(seq, await ReadOthersAsync(reader, conversation, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<InviteView>> ReadInvitesAsync(
        UserId reader,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        var list = await rows.ReadListAsync(reader, conversations, new(Creation: true), cancellationToken);
        var views = ImmutableArray.CreateBuilder<InviteView>();
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] is { Own: { IsPresent: false, Invitation: { IsHidden: false } invitation } } listed)
            {
                views.Add(new(conversations[i], listed.Creation!.Title, listed.Head.PresentMembers, invitation));
            }
        }

        return views.DrainToImmutable();
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<Member>?> ReadMembersAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(reader, conversation, cancellationToken) is not var (_, member, _) || !member.IsPresent)
        {
            return null;
        }

        var all = await rows.ReadMembersAsync(conversation, cancellationToken);
        return
        [
            .. all.Where(each => each.IsPresent || each.Invitation is not null || Met(member, each))
                .OrderBy(each => each.Visible.IsEmpty ? long.MaxValue : each.Visible[0].From),
        ];
    }

    /// <summary>Whether two were ever members at the same time, so that one sees entries of the other.</summary>
    private static bool Met(Member one, Member other) =>
        one.Visible.Any(mine => other.Visible.Any(theirs => mine.From <= theirs.To && theirs.From <= mine.To));

    private async ValueTask<ConversationView> ReadViewAsync(
        ConversationId conversation,
        ListedRows listed,
        CancellationToken cancellationToken
    )
    {
        var (head, member, reader, creation) = (listed.Head, listed.Own, listed.Own.User, listed.Creation!);
        var log = new VisibleLog(member, head);
        var last = await ReadTopAsync(conversation, listed, log.Top, cancellationToken);
        ImmutableArray<Member> others = [];
        if (head.PresentMembers <= MaxOthers)
        {
            // A deleted user remains the peer of a direct conversation, whose history is theirs as well.
            var keepsFormer = creation.Kind == ConversationKind.Direct;
            others = [.. listed.Members.Where(m => (m.IsPresent || keepsFormer) && m.User != reader)];
        }

        return new(
            conversation,
            creation.Kind,
            creation.Title,
            member.Role,
            member.Marks,
            head.Seq,
            head.Messages,
            last,
            head.PresentMembers,
            others
        )
        {
            Flags = member.Flags,
            UnreadLeft = await _unread.CountLeftAsync(member, conversation, head, log, cancellationToken),
            EndedUnread = await _unread.CountEndedAsync(member, conversation, head, cancellationToken),
        };
    }

    /// <summary>The newest entry that a reader may see; nearly always the one at the head.</summary>
    private async ValueTask<Entry?> ReadTopAsync(
        ConversationId conversation,
        ListedRows listed,
        long top,
        CancellationToken cancellationToken
    ) =>
        top == 0 ? null
        : top == listed.Head.Seq ? listed.Newest
        : await rows.ReadEntryAsync(conversation, top, cancellationToken);

    private async ValueTask<ImmutableArray<Member>> ReadOthersAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        var all = await rows.ReadMembersAsync(conversation, cancellationToken);
        return [.. all.Where(member => member.IsPresent && member.User != reader)];
    }

    /// <summary>The reader's own newest message among the last entries; 0 when it is further back.</summary>
    private async ValueTask<long> FindOwnAsync(
        UserId reader,
        ConversationId conversation,
        VisibleLog log,
        CancellationToken cancellationToken
    )
    {
        var page = new EntryPage(OwnSearchEntries, OwnSearchBytes);
        await ReadDownAsync(conversation, log, log.End, page, cancellationToken);
        for (var i = 0; i < page.Count; i++)
        {
            if (page[i] is var entry && entry.Kind.CountsAsMessage() && entry.From == reader)
            {
                return entry.Seq;
            }
        }

        return 0;
    }

    /// <summary>Null for a user who was never a member, as for a conversation that does not exist.</summary>
    private async ValueTask<(ConversationHead Head, Member Member, VisibleLog Log)?> FindAsync(
        UserId reader,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        // A head without entries, left by a block where nobody wrote, is not a conversation yet.
        if (await rows.ReadHeadAsync(conversation, cancellationToken) is not { Seq: > 0 } head)
        {
            return null;
        }

        var member = await rows.ReadMemberAsync(conversation, reader, cancellationToken);
        return member is null || (!member.IsPresent && member.Visible.IsEmpty)
            ? null
            : (head, member, new VisibleLog(member, head));
    }

    /// <summary>
    /// Reads upward from <paramref name="from"/>. Returns the last seq that the page and its skipped ranges cover.
    /// </summary>
    private async ValueTask<long> ReadUpAsync(
        ConversationId conversation,
        VisibleLog log,
        long from,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        if (page.IsFull)
        {
            return from - 1;
        }

        foreach (var range in log.Within(from, log.End))
        {
            await rows.ReadForwardAsync(conversation, range, page, cancellationToken);
            if (page.IsFull)
            {
                // When nothing visible follows, the page also covers the invisible rest.
                var last = page[page.Count - 1].Seq;
                return log.AnyAbove(last) ? last : log.End;
            }
        }

        return log.End;
    }

    /// <summary>
    /// Reads downward from <paramref name="to"/>. Returns the first seq that the page and its skipped ranges cover.
    /// </summary>
    private async ValueTask<long> ReadDownAsync(
        ConversationId conversation,
        VisibleLog log,
        long to,
        EntryPage page,
        CancellationToken cancellationToken
    )
    {
        foreach (var range in log.WithinDescending(1, to))
        {
            await rows.ReadBackwardAsync(conversation, range, page, cancellationToken);
            if (page.IsFull)
            {
                var first = page[page.Count - 1].Seq;
                return log.AnyBelow(first) ? first : 1;
            }
        }

        return 1;
    }
}
