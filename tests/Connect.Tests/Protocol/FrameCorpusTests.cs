using System.Globalization;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Connect.Tests.Repository;
using CsCheck;
using Xunit;

namespace Connect.Tests.Protocol;

/// <summary>
/// Mutants of the golden frames and of the kept inputs: no reader throws, spends memory out of proportion, or says
/// something else when the bytes come in pieces.
/// </summary>
public sealed class FrameCorpusTests
{
    private const int AllowedBase = 65_536;
    private const int AllowedPerByte = 64;
    private const int LongestMutant = 65_536;

    [ThreadStatic]
    private static bool _isWarm;

    private static readonly string Vectors = Path.Combine(RepositoryFiles.Root, "proto/vectors");
    private static readonly string Corpus = Path.Combine(RepositoryFiles.Root, "tests/Connect.Tests/Protocol/corpus");

    /// <summary>Bytes that mean something in one of the encodings.</summary>
    private static readonly byte[][] Tokens =
    [
        [0],
        [0x7F],
        [0x80],
        [0xFF],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0xED, 0xA0, 0x80],
        [0xC0, 0xAF],
        [0xEF, 0xBB, 0xBF],
        "{}"u8.ToArray(),
        "[]"u8.ToArray(),
        "[[[[[[[[[[[[[[[[["u8.ToArray(),
        "null"u8.ToArray(),
        "\\ud800"u8.ToArray(),
        "\\u0000"u8.ToArray(),
        "9007199254740992"u8.ToArray(),
        "-1e999"u8.ToArray(),
        "\","u8.ToArray(),
        "\n"u8.ToArray(),
    ];

    private static readonly byte[][] Seeds =
    [
        .. Directory.GetFiles(Vectors).Where(IsFrame).Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        .. Kept.Select(File.ReadAllBytes),
    ];

    public static TheoryData<string> KeptInputs => [.. Kept.Select(file => Path.GetFileName(file))];

    private static IEnumerable<string> Kept => Directory.GetFiles(Corpus, "*.bin").Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(KeptInputs))]
    public void A_kept_input_is_read_or_refused(string file) =>
        AssertReads(File.ReadAllBytes(Path.Combine(Corpus, file)));

    [Fact]
    public void Mutants_are_read_or_refused() => Run(10_000);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutants_are_read_or_refused() =>
        Run(
            int.Parse(
                Environment.GetEnvironmentVariable("CONNECT_FUZZ_ROUNDS") ?? "500000",
                CultureInfo.InvariantCulture
            )
        );

    private static void Run(int rounds)
    {
        Assert.True(Seeds.Length > 150, "The golden frames were not found.");
        var cut = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 1 << 20], Gen.Int[0, 1 << 20], Gen.Byte);
        Gen.Select(Gen.Int[0, Seeds.Length - 1], Gen.Int[0, Seeds.Length - 1], cut.Array[1, 6])
            .Sample((one, other, steps) => AssertReads(Mutate(Seeds[one], Seeds[other], steps)), iter: rounds);
    }

    private static byte[] Mutate(byte[] seed, byte[] other, (int Kind, int At, int Count, byte Value)[] steps)
    {
        var bytes = seed.ToList();
        foreach (var (kind, place, count, value) in steps)
        {
            var at = place % (bytes.Count + 1);
            var length = Math.Min(count % 64, bytes.Count - at);
            switch (kind)
            {
                case 0 when at < bytes.Count:
                    bytes[at] = value;
                    break;
                case 1:
                    bytes.InsertRange(at, Tokens[count % Tokens.Length]);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    // The same part many times: lists, frames, depth.
                    bytes.InsertRange(
                        at,
                        Enumerable.Repeat(bytes.GetRange(at, length), value).SelectMany(each => each)
                    );
                    break;
                case 4:
                    bytes.InsertRange(at, other.Skip(count % (other.Length + 1)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes.Take(LongestMutant)];
    }

    private static void AssertReads(byte[] bytes)
    {
        foreach (var codec in new[] { FrameCodec.Protobuf, FrameCodec.Json })
        {
            var (client, server) = (new List<ClientFrame>(), new List<ServerFrame>());
            var refusal = default(FrameError);
            AssertCheap(
                bytes,
                () =>
                {
                    client.Clear();
                    refusal = codec.Reader.ReadClientFrames(new(bytes), FrameLimits.FromClient, client);
                }
            );
            AssertCheap(bytes, () => codec.Reader.ReadServerFrames(new(bytes), FrameLimits.FromServer, server));
            if (bytes.Length == 0)
            {
                continue;
            }

            var again = new List<ClientFrame>();
            var pieces = Segments.Of(bytes, 7);
            Assert.Equal(refusal.Code, codec.Reader.ReadClientFrames(pieces, FrameLimits.FromClient, again).Code);
            Assert.Equal(client, again);
        }
    }

    private static void AssertCheap(byte[] bytes, Action read)
    {
        WarmUp();
        var allowed = AllowedBase + (AllowedPerByte * bytes.Length);
        var spent = Measure(read);
        Assert.True(spent < allowed, $"{spent} bytes for {bytes.Length}");
    }

    /// <summary>What a thread spends once, on its pools and on what is made at first use, no input pays for.</summary>
    private static void WarmUp()
    {
        if (_isWarm)
        {
            return;
        }

        foreach (var seed in Seeds)
        {
            foreach (var codec in new[] { FrameCodec.Protobuf, FrameCodec.Json })
            {
                codec.Reader.ReadClientFrames(new(seed), FrameLimits.FromClient, []);
                codec.Reader.ReadServerFrames(new(seed), FrameLimits.FromServer, []);
            }
        }

        _isWarm = true;
    }

    private static long Measure(Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        read();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static bool IsFrame(string file) => !file.EndsWith(".md", StringComparison.Ordinal);
}
