using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Connect.Protocol.V1;
using Google.Protobuf;

namespace Connect.Protocol.Frames;

/// <summary>
/// The JSON contract of the generated classes: field names of the schema, nothing written for what is not given, one
/// body a frame, no field twice, no null, numbers below 2^53, enums by name.
/// </summary>
internal static class FrameJson
{
    internal static readonly JsonWriterOptions WriterOptions = new()
    {
        SkipValidation = true,
        MaxDepth = ProtocolLimits.JsonDepth,
    };

    private static readonly JsonSerializerOptions Options = CreateOptions();

    public static JsonTypeInfo<ClientFrame> ClientFrame { get; } =
        (JsonTypeInfo<ClientFrame>)Options.GetTypeInfo(typeof(ClientFrame));

    public static JsonTypeInfo<ServerFrame> ServerFrame { get; } =
        (JsonTypeInfo<ServerFrame>)Options.GetTypeInfo(typeof(ServerFrame));

    /// <summary>The contract of a message that is part of a frame.</summary>
    public static JsonTypeInfo<T> For<T>()
        where T : IMessage => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            AllowDuplicateProperties = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            MaxDepth = ProtocolLimits.JsonDepth,
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            TypeInfoResolver = FrameJsonContext.Default.WithAddedModifier(FitToSchema),
        };
        options.Converters.Add(new WireTextConverter());
        options.Converters.Add(new WireNumberConverter());
        options.Converters.Add(new WireEnumConverter<Activity>(ClientReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<SyncMode>(ClientReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<ConversationFilter>(ClientReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<EntryKind>(ModelReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<ConversationKind>(ModelReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<Role>(ModelReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<SkipReason>(ModelReflection.Descriptor));
        options.Converters.Add(new WireEnumConverter<Resumed>(ServerReflection.Descriptor));
        options.MakeReadOnly();
        return options;
    }

    private static void FitToSchema(JsonTypeInfo type)
    {
        if (!typeof(IMessage).IsAssignableFrom(type.Type))
        {
            return;
        }

        for (var index = type.Properties.Count - 1; index >= 0; index--)
        {
            var property = type.Properties[index];
            // protoc gives a property that would have the name of its class an underscore.
            property.Name = property.Name.TrimEnd('_');
            if (typeof(IEnumerable).IsAssignableFrom(property.PropertyType) && property.PropertyType != typeof(string))
            {
                property.ObjectCreationHandling = JsonObjectCreationHandling.Populate;
                property.ShouldSerialize = static (_, list) => list is ICollection { Count: > 0 };
            }
            else if (property.Set is null)
            {
                // Which body a frame has is said by the body itself.
                type.Properties.RemoveAt(index);
            }
            else if (property.PropertyType == typeof(string))
            {
                property.ShouldSerialize = static (_, text) => text is string { Length: > 0 };
            }
            else if (typeof(IMessage).IsAssignableFrom(property.PropertyType))
            {
                property.Set = GuardedSetter(type.Type, property.Set);
            }
        }
    }

    /// <summary>Refuses null and a second body of one frame: the generated setters would accept both.</summary>
    private static Action<object, object?> GuardedSetter(Type type, Action<object, object?> set)
    {
        if (type == typeof(ClientFrame))
        {
            return (frame, body) =>
                set(frame, Only(body, ((ClientFrame)frame).BodyCase == V1.ClientFrame.BodyOneofCase.None));
        }

        if (type == typeof(ServerFrame))
        {
            return (frame, body) =>
                set(frame, Only(body, ((ServerFrame)frame).BodyCase == V1.ServerFrame.BodyOneofCase.None));
        }

        return (message, part) => set(message, Only(part, isFirst: true));
    }

    private static object Only(object? value, bool isFirst) =>
        value is not null && isFirst ? value : throw new JsonException("One body and no null is expected.");
}
