using System.Collections.Immutable;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Tests.Simulation;

/// <summary>What a device and its session say to each other, after proto/connect/v1/README.md.</summary>
internal abstract record SimulatedFrame
{
    public sealed record Send(AppendItem Item) : SimulatedFrame;

    public sealed record Mark(long Delivered, long Read) : SimulatedFrame;

    public sealed record Sync(long Position) : SimulatedFrame;

    public sealed record Pull(long After) : SimulatedFrame;

    public sealed record Sent(Cid Cid, long Seq, long Time) : SimulatedFrame;

    public sealed record Refused(Cid Cid, AppendStatus Status) : SimulatedFrame;

    public sealed record Marked(bool IsPersisted, long Delivered, long Read) : SimulatedFrame;

    public sealed record Entries(ImmutableArray<Entry> Items) : SimulatedFrame;

    public sealed record Hint(long Head) : SimulatedFrame;

    public sealed record Page(ImmutableArray<Entry> Items, long Through, long Head) : SimulatedFrame;

    public sealed record Synced : SimulatedFrame;
}
