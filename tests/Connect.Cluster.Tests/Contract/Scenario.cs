using System.Text.Json;
using System.Text.Json.Serialization;
using Connect.Cluster.Tests.Processes;

namespace Connect.Cluster.Tests.Contract;

/// <summary>A scenario of <c>tests/contract/scenarios.json</c>, the very file that the other runner reads.</summary>
internal sealed record Scenario(string Name, IReadOnlyList<Step> Steps)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // A word that this runner does not know would else be passed over.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static IReadOnlyList<Scenario> All { get; } = Load();

    /// <summary>It kills the server, so that it needs one of its own.</summary>
    public bool KillsServer => Steps.Any(step => step.Do == "kill");

    public static string Show(object? value) => JsonSerializer.Serialize(value, Json);

    private static List<Scenario> Load()
    {
        var file = Path.Combine(ServerPrograms.Root, "tests", "contract", "scenarios.json");
        return JsonSerializer.Deserialize<List<Scenario>>(File.ReadAllText(file), Json)!;
    }
}
