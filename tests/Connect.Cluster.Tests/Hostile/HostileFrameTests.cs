using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Http;
using Xunit;

namespace Connect.Cluster.Tests.Hostile;

/// <summary>
/// Frames that no library sends, many at once, against the running server: each gets its code, memory stays flat, and
/// others chat on.
/// </summary>
public sealed class HostileFrameTests(InMemoryServer shared) : IClassFixture<InMemoryServer>
{
    private const int AtOnce = 20;
    private const long MoreMemory = 64L << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>0 is a connection cut without a word.</summary>
    public static TheoryData<string, int, int> Attacks =>
        new()
        {
            { "a frame that announces 2^40 bytes", 102, 4500 },
            { "a message of 64 MB in frames of 64 KB", 102, 4500 },
            { "100,000 fragments", 101, 4500 },
            { "bad UTF-8", 0, 1007 },
            { "a reserved bit", 0, 1002 },
            { "a reserved opcode", 0, 1002 },
            { "an unmasked frame", 0, 1002 },
            { "a lone surrogate in JSON", 101, 4500 },
            { "JSON nested 10,000 deep", 101, 4500 },
            { "binary in a session of text", 101, 4500 },
            { "no hello but a send", 104, 4500 },
        };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task An_attack_gets_its_code_costs_no_memory_and_disturbs_nobody(string attack, int code, int close)
    {
        await using var bystanders = await Bystanders.StartAsync(shared.Server, Cancellation);
        var bytes = BytesOf(attack);
        await AttackAsync(bytes);
        var before = shared.Server.ResidentBytes;
        var ends = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => AttackAsync(bytes)));
        var after = shared.Server.ResidentBytes;
        var chatted = await bystanders.StopAsync();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{attack}: RSS {before >> 20} to {after >> 20} MiB, {chatted} messages meanwhile"
        );
        Assert.True(after - before < MoreMemory, $"{attack}: {before >> 20} to {after >> 20} MiB");
        foreach (var (text, closed) in ends)
        {
            // The framework cuts some of what breaks its own rules without a goodbye; ours always have one.
            Assert.True(closed == close || (closed == 0 && close < 4000), $"{attack}: closed with {closed}");
            Assert.True(
                code == 0 ? text.Length == 0 : text.Contains($"\"code\":{code},", StringComparison.Ordinal),
                $"{attack}: {text}"
            );
        }
    }

    private async Task<(string Text, int Close)> AttackAsync(byte[] bytes)
    {
        await using var socket = await RawSocket.OpenAsync(shared.Server, Cancellation);
        var pouring = socket.PourAsync(bytes, Cancellation);
        var end = await socket.ReadToEndAsync(Cancellation);
        socket.Cut(reset: true);
        await pouring;
        return end;
    }

    private static byte[] BytesOf(string attack) =>
        attack switch
        {
            "a frame that announces 2^40 bytes" => [0x82, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4],
            "a message of 64 MB in frames of 64 KB" =>
            [
                .. RawSocket.Frame(0x01, new byte[60_000]),
                .. Enumerable
                    .Repeat(RawSocket.Frame(0x00, new byte[60_000]), 64_000_000 / 60_000)
                    .SelectMany(frame => frame),
            ],
            "100,000 fragments" =>
            [
                .. RawSocket.Frame(0x01, []),
                .. Enumerable.Repeat(RawSocket.Frame(0x00, []), 100_000).SelectMany(frame => frame),
            ],
            "bad UTF-8" => RawSocket.Frame(0x81, [0xC0, 0xAF, 0xED, 0xA0, 0x80]),
            "a reserved bit" => RawSocket.Frame(0xC1, "{}"u8),
            "a reserved opcode" => RawSocket.Frame(0x83, "{}"u8),
            "an unmasked frame" => [0x81, 12, .. "{\"pong\":{}} "u8],
            "a lone surrogate in JSON" => RawSocket.Frame(0x81, """{"id":1,"hello":{"token":"\ud800"}}"""u8),
            "JSON nested 10,000 deep" => RawSocket.Frame(0x81, "{\"id\":"u8.ToArray().Concat(Deep()).ToArray()),
            "binary in a session of text" => RawSocket.Frame(0x82, "{\"id\":1,\"hello\":{}}"u8),
            "no hello but a send" => RawSocket.Frame(0x81, "{\"id\":1,\"send\":{}}"u8),
            _ => throw new ArgumentOutOfRangeException(nameof(attack), attack, "There is no such attack."),
        };

    private static IEnumerable<byte> Deep() => Enumerable.Repeat((byte)'[', 10_000);
}
