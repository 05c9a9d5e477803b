using System.Collections.Concurrent;
using Connect.Accounts.Names;
using Connect.Accounts.People;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Requests;
using Connect.Conversations.Routing;
using Connect.Storage.InMemory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.People;

/// <summary>Users, their relations and their direct conversations over a store in memory.</summary>
internal sealed class PeopleWorld : IPeopleListener, IConversations, IPublisher
{
    private readonly InMemoryUserStore _users;
    private readonly Relations _relations;
    private readonly KnownUsers _known;

    public PeopleWorld(PeopleOptions? options = null)
    {
        var people = Options.Create(options ?? new PeopleOptions());
        Store = new(Time);
        _users = new(Store);
        Rows = new(_users);
        _relations = new(Rows, _users, people, Time);
        var writer = new RelationWriter(Rows, _relations, [this], people);
        _known = new KnownUsers(_users, Options.Create(new NameOptions()));
        Requests = new(Store, Store, Keys, this, this, _relations, NullLogger<DirectRequests>.Instance);
        var push = new ContactPush(this, Keys);
        Contacts = new(Rows, _relations, writer, _known, Requests, push, Time);
        Blocks = new(Rows, _relations, writer, _known, Requests, push, Time);
        Privacy = new(_users, _relations, [this]);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    public InMemoryStore Store { get; }

    public InMemoryKeys Keys { get; } = new();

    public InMemoryRelations Rows { get; }

    public IRelations Relations => _relations;

    /// <summary>Over another store of rows.</summary>
    public RelationWriter WriterOver(IRelationStore rows) =>
        new(rows, _relations, [this], Options.Create(new PeopleOptions()));

    /// <summary>Over other stores of rows and of flags.</summary>
    public Blocks BlocksOver(IRelationStore rows, IDirectConversations flags)
    {
        var people = Options.Create(new PeopleOptions());
        var relations = new Relations(rows, _users, people, Time);
        return new(
            rows,
            relations,
            new(rows, relations, [this], people),
            _known,
            flags,
            new ContactPush(this, Keys),
            Time
        );
    }

    public DirectRequests Requests { get; }

    public Contacts Contacts { get; }

    public Blocks Blocks { get; }

    public PrivacyChange Privacy { get; }

    public ConcurrentQueue<(UserId One, UserId Other)> Changed { get; } = new();

    public ConcurrentQueue<(UserId User, Privacy Privacy)> PrivacyChanges { get; } = new();

    public async Task<UserId> AddUserAsync()
    {
        var user = UserId.NewRandom();
        Assert.True(await _users.CreateAsync(new(user, $"u{user}", $"u{user}", null, 1, false, 1)));
        return user;
    }

    public Task DeleteAsync(UserId user) => DeleteAsync(_users, user);

    public async Task<MemberFlags?> FlagsAsync(UserId user, UserId other) =>
        (await Store.LoadAsync(Keys.Derive(user, other)))?.Members.Single(each => each.User == user).Flags;

    /// <summary>Four messages of a stranger, and how far the one they are for has come in them.</summary>
    public async Task<ConversationId> WriteRequestAsync(UserId author, UserId reader, MemberMarks marks)
    {
        var conversation = Keys.Derive(author, reader);
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        var entries = Enumerable
            .Range(1, 4)
            .Select(seq => new Entry(
                seq,
                now,
                EntryKind.Message,
                author,
                new Cid(Guid.CreateVersion7(Time.GetUtcNow())),
                "text"u8.ToArray(),
                seq
            ));
        var members = new[] { author, reader }.Select(user => new Member(
            user,
            MemberRole.Member,
            [new SeqRange(1, long.MaxValue)],
            user == reader ? marks : default,
            Flags: user == reader ? MemberFlags.Request : MemberFlags.None
        ));
        var creation = new ConversationCreation(ConversationKind.Direct, null);
        var result = await Store.CommitAsync(new(conversation, creation, 1, 1, 1, [.. entries], [.. members]));
        Assert.Equal(CommitStatus.Committed, result.Status);
        return conversation;
    }

    /// <summary>What users were told.</summary>
    public ConcurrentQueue<Publication> Published { get; } = new();

    void IPublisher.Publish(Publication publication) => Published.Enqueue(publication);

    public void RelationChanged(UserId one, UserId other) => Changed.Enqueue((one, other));

    public void PrivacyChanged(UserId user, Privacy privacy) => PrivacyChanges.Enqueue((user, privacy));

    public Task RefreshAsync(ConversationId conversation) => Task.CompletedTask;

    public Task<AppendReply> AppendAsync(ConversationId conversation, AppendRequest request) =>
        throw new NotSupportedException();

    public Task<MarkReply> MarkAsync(ConversationId conversation, MarkRequest request) =>
        throw new NotSupportedException();

    public Task<ChangeReply> ChangeAsync(ConversationId conversation, ChangeRequest request) =>
        throw new NotSupportedException();

    private static async Task DeleteAsync(InMemoryUserStore users, UserId user)
    {
        var account = (await users.GetAsync(user, CancellationToken.None))!;
        await users.BeginAsync(account with { DeletingSince = 5, Disabled = true, Version = account.Version + 1 });
    }
}
