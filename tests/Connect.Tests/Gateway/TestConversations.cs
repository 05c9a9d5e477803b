using System.Collections.Concurrent;
using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Routing;
using Connect.Storage.InMemory;

namespace Connect.Tests.Gateway;

/// <summary>
/// The writers of all conversations, as simple as can be: appends to the store and publishes at once, unless a test
/// holds a call or answers it itself.
/// </summary>
internal sealed class TestConversations(InMemoryStore store, Action<Publication> publish, TimeProvider time)
    : IConversations
{
    public ConcurrentQueue<(ConversationId Conversation, AppendRequest Request)> Appends { get; } = new();

    public ConcurrentQueue<(ConversationId Conversation, MarkRequest Request)> Marks { get; } = new();

    /// <summary>Awaited before each append; may throw.</summary>
    public Func<AppendRequest, Task> BeforeAppend { get; set; } = _ => Task.CompletedTask;

    /// <summary>When set, answers in place of the log.</summary>
    public Func<AppendRequest, AppendReply>? Answer { get; set; }

    public Func<ConversationId, Task<AppendStatus>> AnswerMark { get; set; } =
        _ => Task.FromResult(AppendStatus.Committed);

    public async Task<AppendReply> AppendAsync(ConversationId conversation, AppendRequest request)
    {
        Appends.Enqueue((conversation, request));
        await BeforeAppend(request);
        return Answer is not null ? Answer(request) : Commit(conversation, request);
    }

    public async Task<MarkReply> MarkAsync(ConversationId conversation, MarkRequest request)
    {
        Marks.Enqueue((conversation, request));
        return new(await AnswerMark(conversation), default);
    }

    public Task<ChangeReply> ChangeAsync(ConversationId conversation, ChangeRequest request) =>
        throw new NotSupportedException("Groups are tested with the real writer.");

    public Task RefreshAsync(ConversationId conversation) => Task.CompletedTask;

    /// <summary>Commits a message as if another session had sent it.</summary>
    public void Write(ConversationId conversation, UserId from, UserId peer, string text) =>
        Commit(
            conversation,
            new(from, default, peer, [new(TestClient.NewCid(), System.Text.Encoding.UTF8.GetBytes(text), default, 0)])
        );

    private AppendReply Commit(ConversationId conversation, AppendRequest request)
    {
        if (request.Standing == PeerStanding.Unreachable)
        {
            return new([.. request.Items.Select(_ => new AppendResult(AppendStatus.Forbidden))]);
        }

        Publication publication;
        lock (store)
        {
            publication = CommitUnderLock(conversation, request);
        }

        publish(publication);
        return new([
            .. publication.Entries.Select(entry => new AppendResult(AppendStatus.Committed, entry.Seq, entry.Time)),
        ]);
    }

    private Publication CommitUnderLock(ConversationId conversation, AppendRequest request)
    {
        var known = Complete(store.LoadAsync(conversation));
        var (next, epoch) = (known?.NextSeq ?? 1, known?.Epoch ?? 1);
        var members = known?.Members ?? [NewMember(request.Sender), NewMember(request.Peer)];
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var entries = request
            .Items.Select(
                (item, i) => new Entry(next + i, now, EntryKind.Message, request.Sender, item.Cid, item.Text, next + i)
            )
            .ToImmutableArray();
        if (known is null)
        {
            store
                .PutAsync([.. members.Select(each => new IndexRow(each.User, conversation, entries[0].Cid, now))])
                .AsTask()
                .Wait();
        }

        var creation = known is null ? new ConversationCreation(ConversationKind.Direct, null) : null;
        var commit = new ConversationCommit(
            conversation,
            creation,
            epoch,
            epoch,
            next,
            entries,
            known is null ? members : []
        );
        var result = Complete(store.CommitAsync(commit));
        if (result.Status != CommitStatus.Committed)
        {
            throw new InvalidOperationException($"The test's commit ended as {result.Status}.");
        }

        return new(
            conversation,
            entries[^1].Seq,
            entries,
            [.. entries.Select(_ => request.Session)],
            [],
            [.. members.Select(each => each.User)]
        );
    }

    private static Member NewMember(UserId user) =>
        new(user, MemberRole.Member, [new SeqRange(1, long.MaxValue)], default);

    /// <summary>The in-memory store completes at once.</summary>
    private static T Complete<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
}
