using Connect.Client;
using Connect.Client.Stores;
using Connect.Tests.Repository;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client.Samples;

/// <summary>What the documents tell a developer to write compiles, and does what they say.</summary>
public sealed class SampleTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("README.md", "ReadmeSample", 1)]
    [InlineData("docs/sdk.md", "SdkSamples", 4)]
    [InlineData("src/Connect.Client/README.md", "PackageReadmeSample", 1)]
    public void Each_program_of_a_document_is_one_that_is_compiled_with_the_same_usings(
        string document,
        string sample,
        int count
    )
    {
        var code = RepositoryFiles.Read($"tests/Connect.Tests/Client/Samples/{sample}.cs").Split('\n');
        var compiled = Between(code, $"// begin: {document}", "// end");
        Assert.Equal(count, compiled.Count);
        var blocks = Between(RepositoryFiles.Read(document).Split('\n'), "```csharp", "```")
            .Select(block => block.Split('\n'))
            .ToList();
        Assert.Equal(code.Where(IsUsing), blocks.SelectMany(lines => lines).Where(IsUsing));
        var programs = blocks
            .Select(lines => string.Join('\n', lines.SkipWhile(line => IsUsing(line) || line.Length == 0)))
            .Where(program => program.Length > 0);
        Assert.Equal(compiled, programs);
    }

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=');

    [Fact]
    public async Task Ticks_tell_what_did_not_arrive_in_time_also_of_somebody_who_is_still_away()
    {
        await using var harness = await ClientHarness.LiveAsync();
        var ended = harness.Client.EndedBefore;
        Entry[] entries = [Message(1, ended.AddDays(-2)), Message(2, ended.AddTicks(-1)), Message(3, ended)];
        MemberPlace[] others =
        [
            new("away", 0, 0),
            new("back", 3, 3) { Ended = EndedSeqs.Of([new() { From = 1, To = 2 }]) },
            new("reader", 3, 1),
        ];
        var items = entries.Select(entry => new LogItem(entry.Conversation, entry.Seq, entry.Seq, entry, default));
        var content = new ConversationContent("c", [.. items], [], 0, others, null, [], false);
        var shown = new List<string>();
        SdkSamples.ShowTicks(harness.Client, content, "me", shown.Add);
        Assert.Equal(
            [
                "1: not delivered in time, not delivered in time, read",
                "2: not delivered in time, not delivered in time, delivered",
                "3: sent, read, delivered",
            ],
            shown
        );

        static Entry Message(long seq, DateTimeOffset time) =>
            new("c", seq, time, Wire.EntryKind.Message, "me", "cid", $"{seq}", null);
    }

    [Fact]
    public async Task Views_show_the_list_and_the_conversation()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Write("one");
        harness.Server.Write("two");
        await harness.Until(() => harness.Seqs.Count == 2, "the messages");
        var shown = new List<string>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var showing = SdkSamples.ShowAsync(harness.Client, FakeServer.Room, Take, over.Token);
        await harness.Until(() => Has("2 entries, 0 on their way"), "both entries");
        await harness.Room.SendAsync("three", Cancelled);
        await harness.Until(() => Has("3 entries, 0 on their way"), "the third");
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => showing);

        bool Has(string line)
        {
            lock (shown)
            {
                return shown.Contains(line);
            }
        }

        void Take(string line)
        {
            lock (shown)
            {
                shown.Add(line);
            }
        }
    }

    [Fact]
    public async Task A_message_is_told_as_sent_or_why_not()
    {
        await using var harness = await ClientHarness.LiveAsync();
        var shown = new List<string>();
        await SdkSamples.SendAsync(harness.Room, "yes", shown.Add, Cancelled);
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Wire.ClientFrame.BodyOneofCase.Send)
            {
                return false;
            }

            var refusal = FakeServer.Error(ErrorCode.Forbidden);
            refusal.Id = frame.Id;
            session.Push(refusal);
            return true;
        };
        await SdkSamples.SendAsync(harness.Room, "no", shown.Add, Cancelled);
        Assert.Equal("sent as 1", shown[0]);
        Assert.StartsWith("not sent: ", shown[1], StringComparison.Ordinal);
        Assert.EndsWith("(Forbidden)", shown[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_of_ones_own_backend_are_asked_for_and_its_refusal_stops_the_client()
    {
        var isKnown = true;
        await using var harness = new ClientHarness(configure: options =>
            options with
            {
                Token = SdkSamples
                    .OwnTokens(_ => isKnown ? Task.FromResult("t") : throw new UnauthorizedAccessException())
                    .Token,
            }
        );
        await harness.ConnectAsync();
        isKnown = false;
        harness.Server.Session.Break();
        await harness.Advance(() => harness.Client.State == ConnectionState.Offline, "the stop");
        Assert.Equal(ErrorCode.Unauthenticated, harness.Client.Error?.Code);
    }

    [Theory]
    [InlineData("https://chat.example/v1/connect", 1, 1)]
    [InlineData("/v1/connect", 1, 1)]
    [InlineData("wss://chat.example/v1/connect", 0, 1)]
    [InlineData("wss://chat.example/v1/connect", 1, 0)]
    public void Options_that_cannot_work_are_refused_before_anything_is_tried(string url, int outbox, int pending)
    {
        var options = new ConnectOptions(new Uri(url, UriKind.RelativeOrAbsolute))
        {
            Token = _ => ValueTask.FromResult<AccessToken>("t"),
            OutboxLimit = outbox,
            PendingEvents = pending,
        };
        Assert.ThrowsAny<ArgumentException>(() => new ConnectClient(options));
    }

    /// <summary>The blocks between two marks, without their indentation.</summary>
    private static List<string> Between(string[] lines, string begin, string end)
    {
        var blocks = new List<string>();
        for (var at = 0; at < lines.Length; at++)
        {
            if (lines[at].Trim() == begin)
            {
                var indent = lines[at].Length - lines[at].TrimStart().Length;
                var block = lines.Skip(at + 1).TakeWhile(line => line.Trim() != end);
                blocks.Add(
                    string.Join('\n', block.Select(line => line.Length > indent ? line[indent..] : line.Trim()))
                );
            }
        }

        return blocks;
    }
}
