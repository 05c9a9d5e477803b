using System.Text.Json.Serialization;

namespace Connect.Client.Stores;

/// <summary>The form of a batch in the journal. Additive only: a newer version reads what an older one wrote.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault
)]
[JsonSerializable(typeof(StoreBatch))]
internal sealed partial class StoreJson : JsonSerializerContext;
