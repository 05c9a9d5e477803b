using System.Diagnostics;
using System.Text.Json;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Http;

/// <summary>
/// What testssl finds, which speaks TLS by itself and so offers also what no library of this system would.
/// </summary>
public sealed class TlsScanTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly (string Id, string Finding)[] Good =
    [
        ("SSLv2", "not offered"),
        ("SSLv3", "not offered"),
        ("TLS1", "not offered"),
        ("TLS1_1", "not offered"),
        ("TLS1_2", "offered"),
        ("TLS1_3", "offered with final"),
        ("cipher-tls1_2_xc02b", "TLS 1.2  xc02b  ECDHE-ECDSA-AES128-GCM-SHA256  ECDH 256  AESGCM  128"),
        ("cipher-tls1_3_x1303", "TLS 1.3  x1303  TLS_CHACHA20_POLY1305_SHA256  ECDH 253  ChaCha20  256"),
        ("LUCKY13", "not vulnerable"),
        ("scanTime", "20"),
    ];

    [Fact]
    public async Task The_server_offers_TLS_1_2_and_1_3_with_authenticated_encryption_alone()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(
            TestContext.Current.CancellationToken,
            "--Limits:ConnectsPerAddress=0"
        );
        var report = Path.Combine(server.Folder, "testssl.json");

        // Versions, every suite with every version, and the weakness of suites in CBC mode.
        var start = new ProcessStartInfo(
            "testssl",
            [
                .. new[] { "--protocols", "--cipher-per-proto", "--lucky13" },
                .. new[] { "--nodns", "none", "--warnings", "off", "--quiet", "--color", "0" },
                .. new[] { "--jsonfile", report, server.Url.Authority },
            ]
        )
        {
            WorkingDirectory = server.Folder,
        };
        var (_, said) = await ProgramRun.RunAsync(start, "", Limit);
        TestContext.Current.TestOutputHelper!.WriteLine(said);
        Assert.True(File.Exists(report), said);
        var json = await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken);
        Assert.Empty(TlsScan.Faults(json));
    }

    [Fact]
    public void A_whole_report_in_which_all_is_well_has_no_faults() => Assert.Empty(TlsScan.Faults(Report(Good)));

    [Theory]
    [InlineData("TLS1", "offered (deprecated)")]
    [InlineData("TLS1_1", "offered (deprecated)")]
    [InlineData("SSLv3", "not tested due to lack of local support")]
    [InlineData("TLS1_3", "not offered")]
    [InlineData("cipher-tls1_2_xc02b", "TLS 1.2  xc023  ECDHE-ECDSA-AES128-SHA256  ECDH 256  AES  128")]
    [InlineData("LUCKY13", "potentially vulnerable, uses TLS CBC ciphers")]
    public void What_is_wrong_is_one_fault(string id, string finding) =>
        Assert.Single(
            TlsScan.Faults(Report(Good.Select(each => each.Id == id ? (id, finding) : each))),
            fault => fault.Contains(finding, StringComparison.Ordinal)
        );

    [Fact]
    public void What_was_not_reported_is_a_fault()
    {
        foreach (var (id, _) in Good)
        {
            Assert.Single(TlsScan.Faults(Report(Good.Where(each => each.Id != id))));
        }

        Assert.NotEmpty(TlsScan.Faults("[]"));
    }

    private static string Report(IEnumerable<(string Id, string Finding)> findings) =>
        JsonSerializer.Serialize(findings.Select(each => new { id = each.Id, finding = each.Finding }));
}
