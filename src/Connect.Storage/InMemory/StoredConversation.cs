using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Committing;

namespace Connect.Storage.InMemory;

/// <summary>All rows of one conversation; guarded by the store's lock.</summary>
internal sealed class StoredConversation(ConversationCreation creation)
{
    private readonly Dictionary<UserId, int> _slots = [];

    public ConversationCreation Creation { get; private set; } = creation;

    public ConversationHead Head { get; set; }

    /// <summary>The entry of seq n stands at n − 1; of one that was deleted nothing does.</summary>
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
    }

    public Member? FindMember(UserId user) => _slots.TryGetValue(user, out var slot) ? Members[slot] : null;

    /// <summary>A direct conversation in which nobody wrote yet.</summary>
    public static StoredConversation Begin(UserId one, UserId other)
    {
        var begun = new StoredConversation(new(ConversationKind.Direct, null)) { Head = CommitRules.EmptyHead };
        foreach (var user in new[] { one, other })
        {
            begun._slots.Add(user, begun.Members.Count);
            begun.Members.Add(CommitRules.Founder(user));
        }

        return begun;
    }

    /// <summary>Changes a present member's flags and raises the epoch.</summary>
    public Member? SetFlags(UserId user, MemberFlags add, MemberFlags remove)
    {
        if (FindMember(user) is not { IsPresent: true } member)
        {
            return null;
        }

        var changed = member with { Flags = (member.Flags & ~remove) | add };
        if (changed != member)
        {
            Members[_slots[user]] = changed;
            Head = Head with { Epoch = Head.Epoch + 1 };
        }

        return changed;
    }

    /// <summary>Applies a commit that was found to pass.</summary>
    public void Apply(ConversationCommit commit, ConversationHead? before, long now)
    {
        var head = CommitRules.Advance(before, commit);
        foreach (var given in commit.Members)
        {
            var stored = FindMember(given.User);
            var merged = CommitRules.Merge(stored, given, head);
            if (_slots.TryAdd(given.User, Members.Count))
            {
                Members.Add(merged);
            }
            else
            {
                Members[_slots[given.User]] = merged;
            }

            head = head.WithMember(stored, merged);
        }

        foreach (var entry in commit.Entries)
        {
            Entries.Add(entry);
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

    /// <summary>Only the head stays.</summary>
    private void Destroy()
    {
        Creation = Creation with { Title = null };
        _slots.Clear();
        Members.Clear();
        Entries.Clear();
        Cids.Clear();
    }
}
