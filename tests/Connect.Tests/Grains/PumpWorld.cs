using System.Collections.Immutable;
using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.State;
using Connect.Conversations.Writing;
using Connect.Storage.InMemory;
using Connect.Tests.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>A pump on one thread and a clock that jumps, over a store that does what a test says.</summary>
internal sealed class PumpWorld : IPublisher
{
    public PumpWorld(ConversationOptions? options = null)
    {
        Scheduler = new SimulatedScheduler(new Random(1));
        Truth = new InMemoryStore(Scheduler.Time);
        Store = new ScriptedStore(Truth);
        Options = options ?? new ConversationOptions();
        Pump = NewPump();
    }

    public ConversationId Conversation { get; } = new(77);

    public UserId Ann { get; } = new(1);

    public UserId Bob { get; } = new(2);

    public SimulatedScheduler Scheduler { get; }

    public InMemoryStore Truth { get; }

    public ScriptedStore Store { get; }

    public ConversationOptions Options { get; }

    public AppendPump Pump { get; }

    public KnownRelations Relations { get; } = new();

    public List<Publication> Published { get; } = [];

    public int Released { get; private set; }

    public void Publish(Publication publication) => Published.Add(publication);

    public AppendPump NewPump() =>
        new(
            Conversation,
            Store,
            Store,
            this,
            Relations,
            Options,
            Scheduler.Time,
            NullLogger.Instance,
            () => Released++
        );

    public AppendItem Message(string text, Cid after = default, TimeSpan age = default) =>
        new(new Cid(Guid.CreateVersion7(Scheduler.Time.GetUtcNow() - age)), Encoding.UTF8.GetBytes(text), after, 0);

    public ConversationSnapshot? Load() => Truth.LoadAsync(Conversation).AsTask().Result;

    /// <summary>Starts a call in the world and returns it running.</summary>
    public Task<AppendReply> Start(AppendPump pump, UserId sender, params AppendItem[] items) =>
        Start(() => pump.AppendAsync(new(sender, default, sender == Ann ? Bob : Ann, [.. items])));

    public Task<MarkReply> StartMark(UserId user, long delivered, long read) =>
        Start(() => Pump.MarkAsync(new(user, delivered, read)));

    public Task<ChangeReply> StartChange(AppendPump pump, ChangeRequest request) =>
        Start(() => pump.ChangeAsync(request));

    /// <summary>Makes calls in this order, none of them before the last is made.</summary>
    public void InOneTurn(Action calls)
    {
        var made = false;
        Scheduler.Start(() =>
        {
            calls();
            made = true;
            return Task.CompletedTask;
        });
        Assert.True(Scheduler.RunUntil(() => made, Scheduler.Elapsed + TimeSpan.FromSeconds(1)), "No call was made.");
    }

    /// <summary>Changes the group, and lets the pump end what it does after the answer.</summary>
    public ChangeReply Change(ChangeRequest request)
    {
        var reply = Finish(StartChange(Pump, request));
        Scheduler.RunUntil(() => false, Scheduler.Elapsed);
        return reply;
    }

    public IndexRow? IndexRow(UserId user) =>
        Truth.FindAsync(user, Conversation, CancellationToken.None).AsTask().Result;

    public ImmutableArray<ConversationView> Views(UserId user) =>
        Truth.ReadViewsAsync(user, [Conversation], CancellationToken.None).AsTask().Result;

    public Member? SetFlags(UserId user, MemberFlags add, MemberFlags remove) =>
        Truth.SetFlagsAsync(Conversation, user, user == Ann ? Bob : Ann, add, remove).AsTask().Result;

    /// <summary>Makes a call, and lets the pump end what it does after the answer.</summary>
    public T Run<T>(Func<Task<T>> call)
    {
        var answer = Finish(Start(call));
        Scheduler.RunUntil(() => false, Scheduler.Elapsed);
        return answer;
    }

    /// <summary>Runs until a call is answered.</summary>
    public T Finish<T>(Task<T> call)
    {
        var limit = Scheduler.Elapsed + TimeSpan.FromMinutes(5);
        Assert.True(Scheduler.RunUntil(() => call.IsCompleted, limit), "No answer came.");
        return call.Result;
    }

    public AppendResult[] Append(UserId sender, params AppendItem[] items) =>
        [.. Finish(Start(Pump, sender, items)).Results];

    private Task<T> Start<T>(Func<Task<T>> call)
    {
        var answer = new TaskCompletionSource<T>();
        Scheduler.Start(async () => answer.SetResult(await call()));
        return answer.Task;
    }
}
