using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Conversations.State;

namespace Connect.Conversations.Writing;

/// <summary>
/// The receipts that a group's authors have not been sent yet: per member the lowest mark told and the highest reached,
/// so the last one wins and the size is bounded by the members. Pure; not thread-safe.
/// </summary>
internal sealed class GroupReceipts(ConversationOptions options)
{
    private readonly Dictionary<UserId, RaisedMarks> _raised = [];

    public bool IsEmpty => _raised.Count == 0;

    /// <summary>Marks that are persisted.</summary>
    public void Add(IEnumerable<RaisedMarks> raised)
    {
        foreach (var marks in raised)
        {
            var before = _raised.TryGetValue(marks.User, out var known) ? known.Before : marks.Before;
            _raised[marks.User] = marks with { Before = before };
        }
    }

    /// <summary>Adds everything: what the previous writer told is unknown.</summary>
    public void AddAll(Membership members)
    {
        foreach (var member in members.All)
        {
            if (member.IsPresent && member.Marks.Delivered > 0)
            {
                _raised[member.User] = new(member.User, default, member.Marks);
            }
        }
    }

    /// <summary>Takes what is due.</summary>
    /// <param name="privacy">Of the present members.</param>
    public List<Publication> Take(ConversationState state, ReceiptPrivacy privacy)
    {
        var raised = _raised.Values.Where(marks => state.Members.Find(marks.User) is { IsPresent: true }).ToList();
        _raised.Clear();
        if (raised.Count == 0)
        {
            return [];
        }

        return state.Members.Present.Length > options.MembersWithMarks
            ? MakeCounts(state, raised, privacy)
            : MakeNamed(state, raised, privacy);
    }

    /// <summary>By name, to the authors of what these members got or read; if unknown, to all.</summary>
    private static List<Publication> MakeNamed(
        ConversationState state,
        List<RaisedMarks> raised,
        ReceiptPrivacy privacy
    )
    {
        var publications = new List<Publication>();
        ImmutableArray<UserId> plain = [.. state.Members.Present.Where(privacy.IsPlain)];
        Tell(plain, raised.ConvertAll(marks => marks.HideRead(privacy.HidesReads(marks.User))));
        foreach (var reader in state.Members.Present.Where(user => !privacy.IsPlain(user)))
        {
            var told = raised.Where(marks => privacy.TellsDelivered(marks.User, reader));
            Tell([reader], [.. told.Select(marks => marks.HideRead(!privacy.TellsRead(marks.User, reader)))]);
        }

        return publications;

        void Tell(ImmutableArray<UserId> readers, List<RaisedMarks> told)
        {
            told.RemoveAll(marks => !marks.IsNews);
            var recipients = Concerned(state, told, readers);
            if (!recipients.IsEmpty)
            {
                ImmutableArray<MarkChange> receipts = [.. told.Select(marks => marks.ToChange())];
                publications.Add(Publication.OfReceipts(state.Conversation, state.Head, receipts, [], recipients));
            }
        }
    }

    private static ImmutableArray<UserId> Concerned(
        ConversationState state,
        List<RaisedMarks> told,
        ImmutableArray<UserId> readers
    )
    {
        var authors = new HashSet<UserId>();
        var known = true;
        foreach (var seqs in told.SelectMany(marks => marks.Ranges))
        {
            known &= state.Entries.Covers(seqs);
            authors.UnionWith(state.Entries.MessagesIn(seqs).Select(message => message.From));
        }

        return known ? readers.RemoveAll(user => !authors.Contains(user)) : readers;
    }

    /// <summary>
    /// By number: each author gets counts for their newest messages that more members now hold or have read. For
    /// entries not in memory, only the newest is sent, to all, with a count that holds for every author.
    /// </summary>
    private List<Publication> MakeCounts(ConversationState state, List<RaisedMarks> raised, ReceiptPrivacy privacy)
    {
        var touched = new Dictionary<UserId, SortedSet<long>>();
        long unknown = 0;
        foreach (var marks in raised)
        {
            foreach (var (seqs, isRead) in marks.RangesByKind)
            {
                if (isRead && privacy.HidesReads(marks.User))
                {
                    continue;
                }

                if (!state.Entries.Covers(seqs))
                {
                    unknown = Math.Max(unknown, Math.Min(seqs.To, state.Entries.FirstSeq - 1));
                }

                foreach (var (seq, from) in state.Entries.MessagesIn(seqs))
                {
                    if (isRead ? privacy.TellsRead(marks.User, from) : privacy.TellsDelivered(marks.User, from))
                    {
                        Touch(touched, from, seq);
                    }
                }
            }
        }

        var places = new MemberPlaces(state.Members, privacy);
        var publications = new List<Publication>();
        foreach (var (author, seqs) in touched)
        {
            if (state.Members.Find(author) is { IsPresent: true } member)
            {
                ImmutableArray<EntryCounts> counts = [.. seqs.Select(seq => places.CountOthers(seq, member))];
                publications.Add(Publication.OfReceipts(state.Conversation, state.Head, [], counts, [author]));
            }
        }

        if (unknown > 0)
        {
            var counts = places.CountAtLeast(unknown);
            var hiding = state.Members.Present.ToLookup(privacy.HidesReads);
            AddAtLeast(counts, [.. hiding[false]]);
            AddAtLeast(counts with { Read = 0 }, [.. hiding[true]]);
        }

        return publications;

        void AddAtLeast(EntryCounts counts, ImmutableArray<UserId> recipients)
        {
            if (!recipients.IsEmpty)
            {
                publications.Add(Publication.OfReceipts(state.Conversation, state.Head, [], [counts], recipients));
            }
        }
    }

    private void Touch(Dictionary<UserId, SortedSet<long>> touched, UserId author, long seq)
    {
        if (!touched.TryGetValue(author, out var seqs))
        {
            touched.Add(author, seqs = []);
        }

        seqs.Add(seq);
        if (seqs.Count > options.CountedPerAuthor)
        {
            seqs.Remove(seqs.Min);
        }
    }
}

/// <summary>
/// The sorted marks of all present members, to count how many reached a seq. Members who hide what they read do not
/// count as readers; for an author, neither side of a block counts.
/// </summary>
internal sealed class MemberPlaces
{
    private readonly Membership _members;
    private readonly ReceiptPrivacy _privacy;
    private readonly long[] _delivered;
    private readonly long[] _read;
    private readonly EndedPlaces _endedDelivered;
    private readonly EndedPlaces _endedRead;

    public MemberPlaces(Membership members, ReceiptPrivacy privacy)
    {
        (_members, _privacy) = (members, privacy);
        var present = members.All.Where(member => member.IsPresent).ToList();
        _delivered = [.. present.Select(member => member.Marks.Delivered).Order()];
        _endedDelivered = new(present.SelectMany(member => member.Marks.Ended.All));
        present.RemoveAll(member => privacy.HidesReads(member.User));
        _read = [.. present.Select(member => member.Marks.Read).Order()];
        _endedRead = new(present.SelectMany(m => m.Marks.Ended.All.Where(range => range.To <= m.Marks.Read)));
    }

    /// <summary>The counts without the author, as the author may see them.</summary>
    public EntryCounts CountOthers(long seq, Member author)
    {
        var (delivered, read) = Count(seq);
        foreach (var user in _privacy.Apart(author.User).Append(author.User))
        {
            if (_members.Find(user) is { IsPresent: true } member)
            {
                delivered -= member.Marks.HasDelivered(seq) ? 1 : 0;
                read -= member.Marks.HasRead(seq) && !_privacy.HidesReads(user) ? 1 : 0;
            }
        }

        return new(seq, delivered, _privacy.HidesReads(author.User) ? 0 : read);
    }

    /// <summary>A lower bound that holds whoever the author is.</summary>
    public EntryCounts CountAtLeast(long seq)
    {
        var others = 1 + _privacy.MostApart;
        var (delivered, read) = Count(seq);
        return new(seq, Math.Max(0, delivered - others), Math.Max(0, read - others));
    }

    private (int Delivered, int Read) Count(long seq) =>
        (AtOrAbove(_delivered, seq) - _endedDelivered.Count(seq), AtOrAbove(_read, seq) - _endedRead.Count(seq));

    internal static int AtOrAbove(long[] sorted, long seq)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < seq ? (middle + 1, high) : (low, middle);
        }

        return sorted.Length - low;
    }
}

/// <summary>The sorted ends of ranges that ended undelivered, to count how many an entry is in.</summary>
internal sealed class EndedPlaces
{
    private readonly long[] _from;
    private readonly long[] _to;

    public EndedPlaces(IEnumerable<EndedRange> ranges)
    {
        var all = ranges.ToList();
        _from = [.. all.Select(range => range.From).Order()];
        _to = [.. all.Select(range => range.To).Order()];
    }

    public int Count(long seq) => MemberPlaces.AtOrAbove(_to, seq) - MemberPlaces.AtOrAbove(_from, seq + 1);
}
