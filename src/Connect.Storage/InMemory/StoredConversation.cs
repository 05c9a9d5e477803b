using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Reading;
using Connect.Storage.Rules;

namespace Connect.Storage.InMemory;

/// <summary>All rows of one conversation, guarded by the store's lock.</summary>
internal sealed class StoredConversation(ConversationCreation creation)
{
    private readonly Dictionary<UserId, int> _slots = [];

    /// <summary>The seqs of each author's messages, ascending.</summary>
    private readonly Dictionary<UserId, List<long>> _authors = [];

    /// <summary>A direct conversation that exists for the flags of its members; see <see cref="FlagRules"/>.</summary>
    public StoredConversation(Member one, Member other)
        : this(new ConversationCreation(ConversationKind.Direct, null))
    {
        Head = FlagRules.EmptyHead;
        Put(one);
        Put(other);
    }

    public ConversationCreation Creation { get; private set; } = creation;

    public ConversationHead Head { get; set; }

    /// <summary>The entry of seq n is at index n − 1; null once it is deleted.</summary>
    public List<Entry?> Entries { get; } = [];

    public List<Member> Members { get; } = [];

    public Dictionary<(UserId, Cid), StoredCid> Cids { get; } = [];

    public Entry EntryAt(long seq) =>
        Entries[(int)seq - 1] ?? throw new InvalidDataException($"The entry {seq} was deleted.");

    public void DropBelowFloor()
    {
        for (var i = (int)Head.Floor - 1; i >= 0 && Entries[i] is not null; i--)
        {
            Entries[i] = null;
        }

        foreach (var seqs in _authors.Values)
        {
            seqs.RemoveRange(0, CountUpTo(seqs, Head.Floor));
        }
    }

    /// <summary>The messages of a user above a seq and up to a head.</summary>
    public long CountOwnAbove(UserId user, long seq, long head) =>
        _authors.TryGetValue(user, out var seqs) ? Math.Max(0, CountUpTo(seqs, head) - CountUpTo(seqs, seq)) : 0;

    private static int CountUpTo(List<long> seqs, long seq)
    {
        var place = seqs.BinarySearch(seq);
        return place < 0 ? ~place : place + 1;
    }

    public Member? FindMember(UserId user) => _slots.TryGetValue(user, out var slot) ? Members[slot] : null;

    /// <summary>Null when it is closed or the user was never in it.</summary>
    public ListedRows? ReadListed(UserId user, ListParts parts) =>
        FindMember(user) is { } own
            ? new(Head, own, Head.PresentMembers <= parts.MembersUpTo ? [.. Members] : [])
            {
                Creation = parts.Creation ? Creation : null,
                Newest = parts.Newest && own.IsPresent && Head.Seq > Head.Floor ? EntryAt(Head.Seq) : null,
            }
            : null;

    /// <summary>Changes a member's flags by <see cref="FlagRules"/>.</summary>
    public Member? SetFlags(UserId user, MemberFlags add, MemberFlags remove)
    {
        var stored = FindMember(user);
        var changed = FlagRules.Apply(stored, add, remove);
        if (changed is not null && changed != stored)
        {
            Put(changed);
            Head = FlagRules.Raise(Head);
        }

        return changed;
    }

    /// <summary>Applies a commit that passed the check.</summary>
    public void Apply(ConversationCommit commit, ConversationHead? before, long now)
    {
        var head = CommitRules.Advance(before, commit);
        foreach (var given in commit.Members)
        {
            var stored = FindMember(given.User);
            var merged = CommitRules.Merge(stored, given, head);
            var takesVacant = Put(merged);
            head = head.WithMember(stored, merged, takesVacant);
        }

        foreach (var entry in commit.Entries)
        {
            Entries.Add(entry);
            if (entry.Kind.CountsAsMessage())
            {
                if (!_authors.TryGetValue(entry.From, out var seqs))
                {
                    _authors.Add(entry.From, seqs = []);
                }

                seqs.Add(entry.Seq);
            }

            if (!entry.Cid.IsNone)
            {
                Cids[(entry.From, entry.Cid)] = new(entry, now);
            }
        }

        if (commit.Title is { } title)
        {
            Creation = Creation with { Title = title };
        }

        if (commit.Closes)
        {
            Destroy();
            head = head with { PresentMembers = 0, MemberRows = 0 };
        }

        Head = head;
    }

    /// <summary>True: a new member took the position of a vacant one.</summary>
    private bool Put(Member member)
    {
        if (_slots.TryGetValue(member.User, out var slot))
        {
            Members[slot] = member;
            return false;
        }

        slot = Members.FindIndex(ListRules.IsVacant);
        if (slot < 0)
        {
            _slots.Add(member.User, Members.Count);
            Members.Add(member);
            return false;
        }

        _slots.Remove(Members[slot].User);
        _slots.Add(member.User, slot);
        Members[slot] = member;
        return true;
    }

    /// <summary>Leaves only the head.</summary>
    private void Destroy()
    {
        Creation = Creation with { Title = null };
        _slots.Clear();
        Members.Clear();
        Entries.Clear();
        Cids.Clear();
        _authors.Clear();
    }
}

/// <summary>An idempotency row.</summary>
/// <param name="Entry">The entry committed under the cid.</param>
/// <param name="CommittedAt">Milliseconds since the epoch; the row counts for 31 days from then.</param>
internal readonly record struct StoredCid(Entry Entry, long CommittedAt);
