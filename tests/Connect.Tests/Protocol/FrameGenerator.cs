using System.Collections;
using Connect.Protocol;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Connect.Tests.Protocol;

/// <summary>Random messages of the schema, made from their descriptors, so that no field is ever forgotten.</summary>
internal static class FrameGenerator
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char['a', 'z'], 1, 12],
        Gen.String[Gen.Char['\u0001', '\uD7FF'], 1, 40],
        Of("👩‍👩‍👧‍👦 ok", "مرحبا بالعالم", "line\nbreak\r\n\u2028\t", "\"\\/<>&'", "\0", "𝄞", "{}[]")
    );

    private static readonly Gen<ulong> Number = Gen.OneOf(
        Gen.ULong[1, 1000],
        Gen.ULong[1, ProtocolLimits.NumberLimit - 1],
        Of(1UL, 127UL, 128UL, 1UL << 32, ProtocolLimits.NumberLimit - 1)
    );

    /// <summary>Frames that have exactly the body with this field.</summary>
    public static Gen<TFrame> Frame<TFrame>(FieldDescriptor body)
        where TFrame : class, IMessage<TFrame>, new() =>
        Gen.Select(
            Gen.ULong[0, ProtocolLimits.NumberLimit - 1],
            Message(body.MessageType),
            (id, content) =>
            {
                var frame = new TFrame();
                frame.Descriptor.FindFieldByNumber(1).Accessor.SetValue(frame, id);
                body.Accessor.SetValue(frame, content);
                return frame;
            }
        );

    /// <summary>The bodies that a frame may have.</summary>
    public static IEnumerable<FieldDescriptor> Bodies(MessageDescriptor frame) => frame.Oneofs[0].Fields;

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<IMessage> Message(MessageDescriptor type)
    {
        var fields = type.Fields.InDeclarationOrder();
        var message = Gen.Const(() => (IMessage)type.Parser.ParseFrom(ByteString.Empty));
        foreach (var field in fields)
        {
            message = Gen.Select(message, ValueOrAbsent(field), (made, value) => Set(made, field, value));
        }

        return message;
    }

    private static IMessage Set(IMessage message, FieldDescriptor field, object? value)
    {
        if (value is null)
        {
            return message;
        }

        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, value);
            return message;
        }

        var list = (IList)field.Accessor.GetValue(message);
        foreach (var item in (IEnumerable)value)
        {
            list.Add(item);
        }

        return message;
    }

    private static Gen<object?> ValueOrAbsent(FieldDescriptor field)
    {
        var value = Value(field);
        var given = field.IsRepeated
            ? value.Array[0, 4].Select(items => (object?)items)
            : value.Select(v => (object?)v);
        return Gen.Frequency((1, Gen.Const((object?)null)), (3, given));
    }

    private static Gen<object> Value(FieldDescriptor field) =>
        field.FieldType switch
        {
            FieldType.String => Text.Select(value => (object)value),
            FieldType.UInt64 => Number.Select(value => (object)value),
            FieldType.UInt32 => Gen.UInt.Select(value => (object)value),
            FieldType.Bool => Gen.Bool.Select(value => (object)value),
            FieldType.Enum => Gen.Int[0, field.EnumType.Values.Count - 1]
                .Select(value => Enum.ToObject(field.EnumType.ClrType, value)),
            FieldType.Message => Message(field.MessageType).Select(value => (object)value),
            _ => throw new NotSupportedException($"The schema has no field of type {field.FieldType} yet."),
        };
}
