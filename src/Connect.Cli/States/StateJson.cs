using System.Text.Json.Serialization;

namespace Connect.Cli.States;

/// <summary>The form of the file that names the server.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ServerAddress))]
internal sealed partial class StateJson : JsonSerializerContext;
