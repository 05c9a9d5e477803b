using System.Buffers.Binary;
using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.InMemory;
using Xunit;

namespace Connect.Tests.Simulation;

/// <summary>
/// What all parts of a run share: the seed's dice, the clock, the true store, and whether faults happen.
/// </summary>
internal sealed class SimulatedWorld
{
    public SimulatedWorld(int seed, SimulatedBug bug)
    {
        Random = new Random(seed);
        Bug = bug;
        Scheduler = new SimulatedScheduler(Random);
        Truth = new InMemoryStore(Scheduler.Time);
        Conversation = new ConversationId(NextId());
        Users = [new UserId(NextId()), new UserId(NextId())];
    }

    public Random Random { get; }

    public SimulatedBug Bug { get; }

    public SimulatedScheduler Scheduler { get; }

    /// <summary>The store behind the broken links.</summary>
    public InMemoryStore Truth { get; }

    public ConversationId Conversation { get; }

    /// <summary>The two users of the conversation.</summary>
    public ImmutableArray<UserId> Users { get; }

    /// <summary>Off in the last part of a run, in which everything has to become complete.</summary>
    public bool HasFaults { get; set; } = true;

    /// <summary>Promises found broken.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>What the pumps answered as committed.</summary>
    public Dictionary<(UserId, Cid), long> Answered { get; } = [];

    public long Now => Scheduler.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public bool Chance(double probability) => HasFaults && Random.NextDouble() < probability;

    public bool Coin() => Random.Next(2) == 0;

    public UserId PeerOf(UserId user) => user == Users[0] ? Users[1] : Users[0];

    public SessionId NextSession() => new(NextId());

    /// <summary>A version 7 UUID of the simulated time.</summary>
    public Cid NextCid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, Now);
        time[2..].CopyTo(bytes);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Cid(new Guid(bytes, bigEndian: true));
    }

    /// <summary>The whole log, read past all faults.</summary>
    public ImmutableArray<Entry> ReadLog() => ReadAfter(0).Entries;

    public SyncSlice ReadAfter(long after)
    {
        var query = new SyncQuery(after, 0, int.MaxValue, int.MaxValue);
        var read = Truth.ReadAfterAsync(Users[0], Conversation, query, TestContext.Current.CancellationToken);
        return Completed(read.AsTask());
    }

    /// <summary>The true state, read past all faults.</summary>
    public ConversationSnapshot? Load() => Completed(Truth.LoadAsync(Conversation).AsTask());

    private static T Completed<T>(Task<T> task)
    {
        Assert.True(task.IsCompletedSuccessfully, "The true store answers at once.");
        return task.Result;
    }

    private UInt128 NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
