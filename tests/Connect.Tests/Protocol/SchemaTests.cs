using System.Text.Json;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Xunit;

namespace Connect.Tests.Protocol;

/// <summary>What the readers take for granted of the schema, so that an addition that breaks it fails here.</summary>
public sealed class SchemaTests
{
    private static readonly FileDescriptor[] Files =
    [
        ModelReflection.Descriptor,
        ClientReflection.Descriptor,
        ServerReflection.Descriptor,
    ];

    private static IEnumerable<FieldDescriptor> Fields =>
        Files.SelectMany(file => file.MessageTypes).SelectMany(message => message.Fields.InDeclarationOrder());

    [Fact]
    public void Field_numbers_fit_the_bits_of_the_scan() =>
        Assert.Empty(Fields.Where(field => field.FieldNumber > 63).Select(field => field.FullName));

    [Fact]
    public void Fields_have_types_that_both_encodings_check()
    {
        FieldType[] checkedTypes =
        [
            FieldType.String,
            FieldType.Bool,
            FieldType.UInt32,
            FieldType.UInt64,
            FieldType.Enum,
            FieldType.Message,
        ];
        FieldType[] listTypes = [FieldType.String, FieldType.Message];
        Assert.Empty(Fields.Where(field => !checkedTypes.Contains(field.FieldType)).Select(field => field.FullName));
        Assert.Empty(
            Fields
                .Where(field => field.IsRepeated && !listTypes.Contains(field.FieldType))
                .Select(field => field.FullName)
        );
    }

    [Fact]
    public void Enum_values_have_the_prefix_that_json_drops()
    {
        foreach (var type in Files.SelectMany(file => file.EnumTypes))
        {
            var prefix = JsonNamingPolicy.SnakeCaseUpper.ConvertName(type.Name) + "_";
            Assert.All(type.Values, value => Assert.StartsWith(prefix, value.Name, StringComparison.Ordinal));
            Assert.Equal(prefix + "UNSPECIFIED", type.FindValueByNumber(0).Name);
        }
    }

    [Fact]
    public void Json_names_are_the_names_of_the_schema()
    {
        foreach (var field in FrameGenerator.Bodies(ClientFrame.Descriptor))
        {
            var frame = new ClientFrame();
            field.Accessor.SetValue(frame, Full(field.MessageType));
            AssertNames(FrameCodec.Json.Writer.Encode(frame), frame);
        }

        foreach (var field in FrameGenerator.Bodies(ServerFrame.Descriptor))
        {
            var frame = new ServerFrame();
            field.Accessor.SetValue(frame, Full(field.MessageType));
            AssertNames(FrameCodec.Json.Writer.Encode(frame), frame);
        }
    }

    private static void AssertNames(ReadOnlyMemory<byte> line, IMessage frame)
    {
        Assert.Equal((byte)'\n', line.Span[^1]);
        using var document = JsonDocument.Parse(line);
        AssertNames(document.RootElement, frame.Descriptor);
    }

    private static void AssertNames(JsonElement element, MessageDescriptor type)
    {
        foreach (var property in element.EnumerateObject())
        {
            var field = type.FindFieldByName(property.Name);
            Assert.True(field is not null, $"{type.Name} has no field {property.Name}");
            if (field.FieldType == FieldType.Message)
            {
                AssertNames(field.IsRepeated ? property.Value[0] : property.Value, field.MessageType);
            }
        }

        var expected = type.Oneofs.Count > 0 ? 1 : type.Fields.InDeclarationOrder().Count;
        Assert.Equal(expected, element.EnumerateObject().Count());
    }

    private static IMessage Full(MessageDescriptor type)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            object value = field.FieldType switch
            {
                FieldType.String => field.Name,
                FieldType.Bool => true,
                FieldType.UInt32 => 1U,
                FieldType.UInt64 => 1UL,
                FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, 1),
                _ => Full(field.MessageType),
            };
            if (field.IsRepeated)
            {
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
            }
            else
            {
                field.Accessor.SetValue(message, value);
            }
        }

        return message;
    }
}
