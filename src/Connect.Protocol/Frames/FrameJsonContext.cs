using System.Text.Json.Serialization;
using Connect.Protocol.V1;

namespace Connect.Protocol.Frames;

/// <summary>The source-generated contract of JSON; <see cref="FrameJson"/> fits it to the schema.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower
)]
[JsonSerializable(typeof(ClientFrame))]
[JsonSerializable(typeof(ServerFrame))]
// Two nested types of one name; only the generator needs them told apart.
[JsonSerializable(typeof(ClientFrame.BodyOneofCase), TypeInfoPropertyName = "ClientBodyCase")]
[JsonSerializable(typeof(ServerFrame.BodyOneofCase), TypeInfoPropertyName = "ServerBodyCase")]
internal sealed partial class FrameJsonContext : JsonSerializerContext;
