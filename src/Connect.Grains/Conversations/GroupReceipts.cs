using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;

namespace Connect.Grains.Conversations;

/// <summary>
/// The receipts of a group that its authors are still to be told (D6): of each member the lowest mark told and the
/// highest reached, so the last one wins and no more is kept than there are members. Pure; not thread-safe.
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

    /// <summary>Everything is to be told: nobody knows what the writer before this one told.</summary>
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

    /// <summary>Takes what is to be told now.</summary>
    public List<Publication> Take(ConversationState state)
    {
        var raised = _raised.Values.Where(marks => state.Members.Find(marks.User) is { IsPresent: true }).ToList();
        _raised.Clear();
        if (raised.Count == 0)
        {
            return [];
        }

        return state.Members.Present.Length > options.MembersWithMarks
            ? MakeCounts(state, raised)
            : MakeNamed(state, raised);
    }

    /// <summary>By name, to the authors of what these members got or read; where those are not known, to all.</summary>
    private static List<Publication> MakeNamed(ConversationState state, List<RaisedMarks> raised)
    {
        var authors = new HashSet<UserId>();
        var known = true;
        foreach (var seqs in raised.SelectMany(Ranges))
        {
            known &= state.Entries.Covers(seqs);
            authors.UnionWith(state.Entries.MessagesIn(seqs).Select(message => message.From));
        }

        ImmutableArray<UserId> recipients = known
            ? [.. state.Members.Present.Where(authors.Contains)]
            : state.Members.Present;
        ImmutableArray<MarkChange> receipts =
        [
            .. raised.Select(marks => new MarkChange(marks.User, marks.After.Delivered, marks.After.Read)),
        ];
        return recipients.IsEmpty
            ? []
            : [Publication.OfReceipts(state.Conversation, state.Head, receipts, [], recipients)];
    }

    /// <summary>
    /// By numbers: each author hears of their newest messages that more members now hold or have read. Of entries that
    /// are not in memory only the newest is told, to all, as what holds for everybody.
    /// </summary>
    private List<Publication> MakeCounts(ConversationState state, List<RaisedMarks> raised)
    {
        var touched = new Dictionary<UserId, SortedSet<long>>();
        long unknown = 0;
        foreach (var seqs in raised.SelectMany(Ranges))
        {
            if (!state.Entries.Covers(seqs))
            {
                unknown = Math.Max(unknown, Math.Min(seqs.To, state.Entries.FirstSeq - 1));
            }

            foreach (var (seq, from) in state.Entries.MessagesIn(seqs))
            {
                Touch(touched, from, seq);
            }
        }

        var places = new MemberPlaces(state.Members);
        var publications = new List<Publication>();
        foreach (var (author, seqs) in touched)
        {
            if (state.Members.Find(author) is { IsPresent: true } member)
            {
                ImmutableArray<EntryCounts> counts = [.. seqs.Select(seq => places.CountOthers(seq, member.Marks))];
                publications.Add(Publication.OfReceipts(state.Conversation, state.Head, [], counts, [author]));
            }
        }

        if (unknown > 0)
        {
            var atLeast = places.CountAtLeast(unknown);
            publications.Add(
                Publication.OfReceipts(state.Conversation, state.Head, [], [atLeast], state.Members.Present)
            );
        }

        return publications;
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

    private static IEnumerable<SeqRange> Ranges(RaisedMarks marks)
    {
        if (marks.After.Delivered > marks.Before.Delivered)
        {
            yield return new(marks.Before.Delivered + 1, marks.After.Delivered);
        }

        if (marks.After.Read > marks.Before.Read)
        {
            yield return new(marks.Before.Read + 1, marks.After.Read);
        }
    }
}
