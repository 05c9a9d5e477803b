using System.Text.Json;

namespace Connect.Cluster.Tests.Contract;

/// <summary>One step of <c>tests/contract/scenarios.json</c>; the README beside it says what each means.</summary>
internal sealed record Step
{
    public string? Do { get; init; }

    public string? Expect { get; init; }

    public string Who { get; init; } = "";

    public string? As { get; init; }

    public bool Fresh { get; init; }

    public int? TokenSeconds { get; init; }

    public string In { get; init; } = "";

    public string Text { get; init; } = "";

    public int Times { get; init; } = 1;

    public string? Refused { get; init; }

    public IReadOnlyList<string> Texts { get; init; } = [];

    public int Pushes { get; init; }

    public bool? Presence { get; init; }

    public bool? ReadReceipts { get; init; }

    public long Seq { get; init; }

    public string With { get; init; } = "";

    public string User { get; init; } = "";

    public IReadOnlyList<string> Users { get; init; } = [];

    public string Name { get; init; } = "";

    public IReadOnlyList<JsonElement> Are { get; init; } = [];

    public JsonElement Is { get; init; }

    public int Least { get; init; }

    public string Of { get; init; } = "";

    public long? Delivered { get; init; }

    public long? Read { get; init; }
}
