using System.Buffers.Text;
using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.History;
using Connect.Conversations.Logging;
using Connect.Conversations.Routing;
using Connect.Conversations.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connect.Conversations.Groups;

/// <summary>
/// Invites over all groups: what an inviter may have open, what may wait for a user, and the list of it. An invite
/// that the invited user is not to see counts for the inviter like any other, and costs the invited user nothing.
/// At the invited user lies a <em>row</em> for each invite that they may see, at the inviter a <em>note</em> of each
/// one that is open; both are written before the invite, and the group has the last word (ADR 0015).
/// </summary>
public sealed class Invites(
    IConversationIndex index,
    IConversationReader reader,
    IConversationStore store,
    IConversations conversations,
    IRelations relations,
    TimeProvider time,
    IOptions<GroupOptions> groups,
    IOptions<ConversationOptions> options,
    ILogger<Invites> log
)
{
    /// <summary>Invites that a further one makes lapse at most: more than one only when several came at once.</summary>
    private const int LapsesPerInvite = 4;

    /// <summary>Notes of invites that are looked at again when an inviter has no room.</summary>
    private const int CheckedNotes = 10;

    /// <summary>A note or a row is written before its invite; one this old without an invite is left over.</summary>
    private static readonly TimeSpan LooseAge = TimeSpan.FromHours(1);

    private static readonly Refusal TooMany = new(
        RefusalReason.RateLimited,
        "Too many of your invites wait for an answer."
    );

    private static readonly Refusal TooManyToAnswer = new(
        RefusalReason.RateLimited,
        "One of these users has too many invites to answer.",
        "users"
    );

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Invites of this time and earlier have lapsed.</summary>
    private long LapsedBy => Now - (long)options.Value.InviteLifetime.TotalMilliseconds;

    /// <summary>A page of the invites that wait for a user, the newest first.</summary>
    /// <param name="user">Who is invited.</param>
    /// <param name="after">The <see cref="InvitePage.Next"/> of the page before; empty: from the newest.</param>
    /// <param name="limit">Invites at most; 0: <see cref="ReadingOptions.PageItems"/>.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Answer<InvitePage>> ListAsync(
        UserId user,
        string after,
        uint limit,
        CancellationToken cancellationToken
    )
    {
        if (limit > ReadingOptions.PageItems)
        {
            return new Refusal(RefusalReason.Invalid, Field: "limit");
        }

        if (!TryParse(after, out var last))
        {
            return new Refusal(RefusalReason.Invalid, Field: "after");
        }

        var taken = limit == 0 ? ReadingOptions.PageItems : (int)limit;
        var rows = (await index.ListInvitesAsync(user, cancellationToken))
            .Where(row => row.Time > LapsedBy)
            .Select(row => new ListPlace(row.Time, row.Conversation))
            .Order()
            .SkipWhile(place => place.CompareTo(last) <= 0)
            .Take(taken + 1)
            .ToList();
        var page = rows.Take(taken).ToList();
        ImmutableArray<ConversationId> ids = [.. page.Select(place => place.Conversation)];
        var views = await reader.ReadInvitesAsync(user, ids, cancellationToken);
        var open = views.Where(view => view.Invitation.Time > LapsedBy).ToImmutableArray();
        await DropLooseAsync(user, page, open);
        return new InvitePage(open, rows.Count > taken ? Text(page[^1]) : "");
    }

    /// <summary>
    /// Notes the invites of a change before it is made: null when there is room for them. Nobody else's invite ends
    /// before this one is made, see <see cref="SettleAsync"/>.
    /// </summary>
    internal async Task<(Refusal? Refusal, InviteReservation Reservation)> ReserveAsync(
        ConversationId conversation,
        ChangeRequest request
    )
    {
        if (request.Invite.IsDefaultOrEmpty)
        {
            return (null, InviteReservation.None);
        }

        ImmutableArray<UserId> users = [.. request.Invite.Select(each => each.User)];
        var noted = await NoteAsync(request.Actor, conversation, users);
        if (noted is null)
        {
            // Those who are in the group need no invite.
            var members = await ReadMembersAsync(conversation);
            users = [.. users.Where(user => !members.Any(each => each.User == user && each.IsPresent))];
            await DropLooseNotesAsync(request.Actor);
            noted = await NoteAsync(request.Actor, conversation, users);
        }

        if (noted is null)
        {
            return (TooMany, InviteReservation.None);
        }

        var lapsing = ImmutableArray.CreateBuilder<InviteRow>();
        foreach (var user in request.Invite.Where(each => !each.IsHidden && noted.Value.Contains(each.User)))
        {
            var (refusal, rows) = await FindRoomAsync(user.User, conversation);
            if (refusal is not null)
            {
                await index.ForgetSentAsync(request.Actor, conversation, noted.Value);
                return (refusal, InviteReservation.None);
            }

            lapsing.AddRange(rows);
        }

        return (null, new(noted.Value, lapsing.DrainToImmutable()));
    }

    /// <summary>The change was refused: its invites were not made.</summary>
    internal ValueTask ReleaseAsync(ConversationId conversation, UserId actor, InviteReservation reservation) =>
        index.ForgetSentAsync(actor, conversation, reservation.Noted);

    /// <summary>
    /// The change is made, now or by an earlier try: ends the invites that others make room for, and drops the notes
    /// of users whom it did not invite, since they were members or have answered meanwhile.
    /// </summary>
    internal async Task SettleAsync(ConversationId conversation, UserId actor, InviteReservation reservation)
    {
        if (reservation.Noted.IsEmpty)
        {
            return;
        }

        try
        {
            var members = await ReadMembersAsync(conversation);
            var invited = members.Where(each => each.Invitation?.By == actor).Select(each => each.User).ToHashSet();
            foreach (var row in reservation.Lapsing.Where(row => invited.Contains(row.User)))
            {
                await EndAsync(row);
            }

            ImmutableArray<UserId> loose = [.. reservation.Noted.Where(user => !invited.Contains(user))];
            await index.ForgetSentAsync(actor, conversation, loose);
        }
        catch (Exception exception)
        {
            // The change stands. What is left over goes when it is old.
            ConversationLog.InviteNotEnded(log, conversation, exception);
        }
    }

    private async Task<ImmutableArray<Member>> ReadMembersAsync(ConversationId conversation) =>
        (await store.LoadAsync(conversation))?.Members ?? [];

    private ValueTask<ImmutableArray<UserId>?> NoteAsync(
        UserId by,
        ConversationId conversation,
        ImmutableArray<UserId> users
    ) => index.NoteSentAsync(by, conversation, users, Now, LapsedBy, options.Value.MaxInvitesPerInviter);

    /// <summary>Drops notes whose invite is over or was never made, of which nobody told.</summary>
    private async Task DropLooseNotesAsync(UserId by)
    {
        var sent = await index.ListSentAsync(by, options.Value.MaxInvitesPerInviter, CancellationToken.None);
        var old = sent.Where(note => note.Time < Now - (long)LooseAge.TotalMilliseconds)
            .OrderBy(note => note.Time)
            .Take(CheckedNotes)
            .GroupBy(note => note.Conversation);
        foreach (var ofGroup in old)
        {
            var members = await ReadMembersAsync(ofGroup.Key);
            var open = members.Where(each => each.Invitation?.By == by).Select(each => each.User).ToHashSet();
            ImmutableArray<UserId> loose = [.. ofGroup.Select(note => note.User).Where(user => !open.Contains(user))];
            await index.ForgetSentAsync(by, ofGroup.Key, loose);
        }
    }

    /// <summary>The invites that lapse for another one.</summary>
    private async Task<(Refusal? Refusal, List<InviteRow> Lapsing)> FindRoomAsync(
        UserId user,
        ConversationId conversation
    )
    {
        var rows = await index.ListInvitesAsync(user, CancellationToken.None);
        var open = rows.Where(row => row.Time > LapsedBy).ToList();
        foreach (var old in rows.Where(row => row.Time <= LapsedBy))
        {
            await index.DeleteInviteAsync(user, old.Conversation, old.Time);
        }

        var surplus = open.Count(row => row.Conversation != conversation) + 1 - groups.Value.Invites;
        if (surplus <= 0)
        {
            return (null, []);
        }

        ImmutableArray<UserId> inviters = [.. open.Select(row => row.By).Distinct()];
        var contacts = await relations.FindContactsAsync(user, inviters, CancellationToken.None);
        var oldest = InviteRules.ToLapse(open, conversation, contacts, Math.Min(surplus, LapsesPerInvite));
        return oldest.Count > 0 ? (null, oldest) : (TooManyToAnswer, []);
    }

    /// <summary>The invite lapses early: in the group it looks as if it had been declined.</summary>
    private async Task EndAsync(InviteRow row)
    {
        try
        {
            var cid = new Cid(Guid.CreateVersion7(time.GetUtcNow()));
            await conversations.ChangeAsync(row.Conversation, new(row.User, cid, ChangeKind.DeclineInvite));
        }
        catch (Exception exception)
        {
            // It stands in the group until it lapses there; the invited user sees it no longer.
            ConversationLog.InviteNotEnded(log, row.Conversation, exception);
        }

        await index.DeleteInviteAsync(row.User, row.Conversation, row.Time);
    }

    /// <summary>
    /// Drops rows without an invite. The epoch is raised before the second look: a writer that put the row and stands
    /// before its commit is fenced, and puts the row anew, with the time of the invite that it makes then.
    /// </summary>
    private async Task DropLooseAsync(UserId user, List<ListPlace> page, ImmutableArray<InviteView> open)
    {
        var there = open.Select(view => view.Conversation).ToHashSet();
        var oldest = Now - (long)LooseAge.TotalMilliseconds;
        foreach (var place in page.Where(each => !there.Contains(each.Conversation) && each.Time < oldest))
        {
            try
            {
                var members = (await store.ClaimAsync(place.Conversation))?.Members ?? [];
                if (!members.Any(each => each.User == user && each.Invitation is not null))
                {
                    await index.DeleteInviteAsync(user, place.Conversation, place.Time);
                }
            }
            catch (StoreRefusesException)
            {
                // It can stay: reads ignore it.
                return;
            }
        }
    }

    private static string Text(ListPlace place)
    {
        Span<byte> bytes = stackalloc byte[ListPlace.Length];
        place.Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    private static bool TryParse(string text, out ListPlace place)
    {
        place = ListPlace.Start;
        if (text.Length == 0)
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[ListPlace.Length];
        if (
            text.Length != Base64Url.GetEncodedLength(ListPlace.Length)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || written != ListPlace.Length
        )
        {
            return false;
        }

        place = ListPlace.Read(bytes);
        return true;
    }
}

/// <summary>What a change was given for its invites.</summary>
/// <param name="Noted">Who was noted for the inviter.</param>
/// <param name="Lapsing">Invites that end once the others are made.</param>
internal sealed record InviteReservation(ImmutableArray<UserId> Noted, ImmutableArray<InviteRow> Lapsing)
{
    public static readonly InviteReservation None = new([], []);
}

/// <summary>A page of the invites that wait for a user.</summary>
/// <param name="Invites">The newest first.</param>
/// <param name="Next">Where the next page begins; empty: this was the last.</param>
public sealed record InvitePage(ImmutableArray<InviteView> Invites, string Next);

/// <summary>Which invites go when a user has too many. Pure.</summary>
internal static class InviteRules
{
    /// <summary>The oldest from those who are no contacts; none when there is no such invite.</summary>
    /// <param name="open">What waits.</param>
    /// <param name="conversation">The group that invites now, whose earlier invite is replaced anyway.</param>
    /// <param name="contacts">The contacts of the invited user.</param>
    /// <param name="count">How many.</param>
    public static List<InviteRow> ToLapse(
        IEnumerable<InviteRow> open,
        ConversationId conversation,
        ImmutableHashSet<UserId> contacts,
        int count
    ) =>
        [
            .. open.Where(row => row.Conversation != conversation && !contacts.Contains(row.By))
                .OrderBy(row => row.Time)
                .ThenBy(row => row.Conversation)
                .Take(count),
        ];
}
