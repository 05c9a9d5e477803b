using System.Collections.Immutable;
using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>Builds the commits of a correct writer of one conversation.</summary>
internal sealed class Talk(IConversationStore store, ConversationId id, params UserId[] users)
{
    public ConversationId Id { get; } = id;

    public long Epoch { get; set; } = 1;

    public long NextSeq { get; set; } = 1;

    public long Messages { get; set; }

    /// <summary>Time of the next entry; each entry takes one more.</summary>
    public long Time { get; set; } = 1_000;

    public static Cid NewCid() => new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddDays(20_000)));

    public static Talk Between(IConversationStore store, params UserId[] users) =>
        new(store, ConversationId.NewRandom(), users);

    public static Member Present(UserId user, long from = 1, MemberMarks marks = default) =>
        new(user, MemberRole.Member, [new(from, long.MaxValue)], marks);

    public Entry Message(long seq, UserId from, string text, Cid? cid = null, long? time = null) =>
        new(
            seq,
            time ?? Time++,
            EntryKind.Message,
            from,
            cid ?? NewCid(),
            Encoding.UTF8.GetBytes(text),
            Messages + (seq - NextSeq + 1)
        );

    public ConversationCommit Creation(string? title, params Entry[] entries) =>
        new(
            Id,
            new(title is null ? ConversationKind.Direct : ConversationKind.Group, title),
            0,
            1,
            1,
            [.. entries],
            [.. users.Select(u => Present(u))]
        );

    public ConversationCommit Commit(params Entry[] entries) => new(Id, null, Epoch, Epoch, NextSeq, [.. entries], []);

    /// <summary>Creates the conversation with one message of the first user.</summary>
    public async Task<Talk> CreateAsync(string? title = null)
    {
        await MustCommitAsync(Creation(title, Message(1, users[0], "first")));
        return this;
    }

    /// <summary>Appends messages, one commit each.</summary>
    public async Task AppendAsync(UserId from, params string[] texts)
    {
        foreach (var text in texts)
        {
            await MustCommitAsync(Commit(Message(NextSeq, from, text)));
        }
    }

    public Task MembersAsync(params Member[] members) =>
        MustCommitAsync(Commit() with { Members = members.ToImmutableArray() });

    public async Task MustCommitAsync(ConversationCommit commit)
    {
        var result = await store.CommitAsync(commit);
        Assert.Equal(CommitStatus.Committed, result.Status);
        Epoch = commit.Epoch;
        NextSeq += commit.Entries.Length;
        Messages = commit.Entries.IsEmpty ? Messages : commit.Entries[^1].Messages;
    }
}
