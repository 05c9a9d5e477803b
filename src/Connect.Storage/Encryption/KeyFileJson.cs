using System.Text.Json.Serialization;

namespace Connect.Storage.Encryption;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(KeyFileContent))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
