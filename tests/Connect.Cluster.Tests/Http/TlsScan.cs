using System.Text.Json;

namespace Connect.Cluster.Tests.Http;

/// <summary>What a run of testssl reported. Pure: its JSON in, what is wrong out.</summary>
internal static class TlsScan
{
    private const string SuiteBegin = "cipher-";
    private static readonly string[] Refused = ["SSLv2", "SSLv3", "TLS1", "TLS1_1"];
    private static readonly string[] Spoken = ["TLS1_2", "TLS1_3"];
    private static readonly string[] Authenticated = ["GCM", "CCM", "CHACHA20"];

    /// <summary>
    /// What is wrong: a version older than TLS 1.2, a suite without authenticated encryption, and also what a whole run
    /// reports and this one did not, without which nothing wrong would mean nothing looked at.
    /// </summary>
    /// <param name="json">A flat list of findings, as <c>--jsonfile</c> writes it.</param>
    public static IReadOnlyList<string> Faults(string json)
    {
        using var document = JsonDocument.Parse(json);
        var findings = document
            .RootElement.EnumerateArray()
            .Select(each => (Id: Text(each, "id"), Finding: Text(each, "finding")))
            .ToList();
        var suites = findings.Where(each => each.Id.StartsWith(SuiteBegin, StringComparison.Ordinal)).ToList();
        return
        [
            .. Refused.SelectMany(version => Expect(version, "not offered")),
            .. Spoken.SelectMany(version => Expect(version, "offered", "offered with final")),
            .. Spoken.Where(version => !suites.Any(each => IsOf(each.Id, version))).Select(each => $"{each}: no suite"),
            .. suites
                .Where(each => !Authenticated.Any(kind => each.Finding.Contains(kind, StringComparison.Ordinal)))
                .Select(each => $"{each.Id}: {each.Finding}"),
            .. Expect("LUCKY13", "not vulnerable"),
            .. findings.Any(each => each.Id == "scanTime") ? Array.Empty<string>() : ["It did not end."],
        ];

        IEnumerable<string> Expect(string id, params string[] good)
        {
            var told = findings.Where(each => each.Id == id).Select(each => each.Finding).ToList();
            return told is [var only] && good.Contains(only) ? [] : [$"{id}: {string.Join(" and ", told)}"];
        }
    }

    private static bool IsOf(string suite, string version) =>
        suite.StartsWith($"{SuiteBegin}{version}_", StringComparison.OrdinalIgnoreCase);

    private static string Text(JsonElement finding, string name) => finding.GetProperty(name).GetString() ?? "";
}
