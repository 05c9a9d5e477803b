using System.Text;
using Google.Protobuf.Reflection;

namespace Connect.Protocol.Frames;

/// <summary>What the scans need to know of one field.</summary>
internal sealed class FieldShape(FieldDescriptor descriptor, MessageShape? message)
{
    public int Number { get; } = descriptor.FieldNumber;

    public byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(descriptor.Name);

    public FieldType Type { get; } = descriptor.FieldType;

    public bool IsRepeated { get; } = descriptor.IsRepeated;

    public bool IsBody { get; } = descriptor.ContainingOneof is not null;

    public MessageShape? Message { get; } = message;

    /// <summary>The values of an enum field.</summary>
    public EnumDescriptor? Enum { get; } = descriptor.FieldType == FieldType.Enum ? descriptor.EnumType : null;

    private readonly Func<FrameLimits, int>? _limit = descriptor.IsRepeated ? LimitOf(descriptor.FullName) : null;

    /// <summary>How many items the list may hold.</summary>
    public int Limit(FrameLimits limits) => _limit?.Invoke(limits) ?? 1;

    private static Func<FrameLimits, int> LimitOf(string fullName) =>
        fullName switch
        {
            "connect.v1.Resume.heads" or "connect.v1.Sync.positions" => limits => limits.Positions,
            "connect.v1.MarkRequest.marks" => limits => limits.Marks,
            "connect.v1.Watch.add" or "connect.v1.Watch.remove" => limits => limits.WatchIds,
            "connect.v1.StateRequest.open" => limits => limits.OpenConversations,
            "connect.v1.ConversationsRequest.ids" => limits => limits.ConversationIds,
            _ => limits => limits.ServerListItems,
        };
}
