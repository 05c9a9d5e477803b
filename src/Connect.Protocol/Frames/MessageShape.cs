using System.Text;
using Connect.Protocol.V1;
using Google.Protobuf.Reflection;

namespace Connect.Protocol.Frames;

/// <summary>
/// What the scans need to know of a message of the schema, taken from its descriptor once. The scans run over the bytes
/// of a frame before any object is made for it.
/// </summary>
internal sealed class MessageShape
{
    private readonly FieldShape?[] _byNumber;

    private MessageShape(MessageDescriptor descriptor, Dictionary<MessageDescriptor, MessageShape> known)
    {
        known.Add(descriptor, this);
        var fields = descriptor.Fields.InDeclarationOrder();
        _byNumber = new FieldShape?[fields.Max(field => (int?)field.FieldNumber) + 1 ?? 1];
        foreach (var field in fields)
        {
            _byNumber[field.FieldNumber] = new FieldShape(field, MessageOf(field, known));
        }

        Containers = [.. _byNumber.OfType<FieldShape>().Where(field => field.IsRepeated || field.Message is not null)];
    }

    /// <summary>The largest field number that a shape can hold: the scans note seen fields in 64 bits.</summary>
    internal const int MaxFieldNumber = 63;

    public static MessageShape Client { get; } = new(ClientFrame.Descriptor, []);

    public static MessageShape Server { get; } = new(ServerFrame.Descriptor, []);

    /// <summary>The fields that hold lists or messages.</summary>
    public IReadOnlyList<FieldShape> Containers { get; }

    public FieldShape? Find(ulong number) => number < (ulong)_byNumber.Length ? _byNumber[number] : null;

    private static MessageShape? MessageOf(FieldDescriptor field, Dictionary<MessageDescriptor, MessageShape> known)
    {
        if (field.FieldType != FieldType.Message)
        {
            return null;
        }

        return known.TryGetValue(field.MessageType, out var shape) ? shape : new MessageShape(field.MessageType, known);
    }
}

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
