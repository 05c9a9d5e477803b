using System.Text;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Connect.Tests.Repository;
using Xunit;

namespace Connect.Tests.Protocol;

/// <summary>The contract's README shows frames and numbers; here they are held against the code.</summary>
public sealed class ContractReadmeTests
{
    private static readonly string[] Lines = RepositoryFiles.Read("proto/connect/v1/README.md").Split('\n');

    [Fact]
    public void Every_example_is_a_frame_as_the_writers_write_it()
    {
        var examples = Examples().ToArray();
        Assert.True(examples.Length > 30, $"only {examples.Length} examples were found");
        foreach (var line in examples)
        {
            var client = Rewrite(line, ClientFrame.Descriptor.Name, out _);
            var server = Rewrite(line, ServerFrame.Descriptor.Name, out _);
            Assert.True(line == client || line == server, line);
        }
    }

    [Fact]
    public void Every_kind_of_frame_has_an_example()
    {
        var shown = new HashSet<string>();
        foreach (var line in Examples())
        {
            foreach (var type in new[] { ClientFrame.Descriptor, ServerFrame.Descriptor })
            {
                if (Rewrite(line, type.Name, out var body) == line)
                {
                    shown.Add($"{type.Name}.{body}");
                }
            }
        }

        var kinds = new[] { ClientFrame.Descriptor, ServerFrame.Descriptor }.SelectMany(type =>
            FrameGenerator.Bodies(type).Select(body => $"{type.Name}.{body.PropertyName}")
        );
        Assert.Equal([], kinds.Except(shown));
    }

    [Fact]
    public void The_tables_of_errors_and_close_codes_are_those_of_the_code()
    {
        foreach (var error in ErrorCodes.All)
        {
            var retry = error.Retryable ? "yes " : "";
            var row = $"| {(int)error.Code} | `{error.Name}` | {retry}| {error.HttpStatus} | ";
            Assert.Single(Lines, line => line.StartsWith(row, StringComparison.Ordinal));
        }

        foreach (var code in Enum.GetValues<CloseCode>().Where(code => code != CloseCode.None))
        {
            var row = $"| {(int)code} | `{code.Name()}` | ";
            Assert.Single(Lines, line => line.StartsWith(row, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_table_of_limits_has_the_values_of_the_code()
    {
        (string Name, int Value)[] limits =
        [
            ("bytes of a WebSocket message to the server", ProtocolLimits.ClientMessageBytes),
            ("fragments of such a message", ProtocolLimits.MessageFragments),
            ("frames in a message, both ways", ProtocolLimits.FramesPerMessage),
            ("positions in a `sync` or `resume`", ProtocolLimits.PositionsPerFrame),
            ("marks in a `mark`", ProtocolLimits.MarksPerFrame),
            ("users in each list of a `watch`", ProtocolLimits.WatchIdsPerFrame),
            ("conversations in `state.open`", ProtocolLimits.OpenConversations),
            ("ids in `conversations.ids`", ProtocolLimits.ConversationIdsPerFrame),
            ("nesting of JSON", ProtocolLimits.JsonDepth),
            ("UTF-8 bytes of a text", ProtocolLimits.TextBytes),
            ("unanswered requests of a session", ProtocolLimits.InFlight),
            ("sends of a user in a second", ProtocolLimits.SendRate),
            ("items of a page asked for", ProtocolLimits.PageItems),
            ("bytes of a WebSocket message from the server", ProtocolLimits.ServerMessageBytes),
            ("bytes of a page", ProtocolLimits.PageBytes),
        ];
        foreach (var (name, value) in limits)
        {
            var number = value.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
            Assert.Single(Lines, line => line.StartsWith($"| {name} | {number} ", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> Examples()
    {
        var inside = false;
        foreach (var line in Lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = line == "```json";
            }
            else if (inside)
            {
                yield return line;
            }
        }
    }

    private static string? Rewrite(string line, string type, out string body)
    {
        var message = new System.Buffers.ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line));
        var codec = FrameCodec.Json;
        body = "";
        ReadOnlyMemory<byte> bytes = default;
        if (type == nameof(ClientFrame))
        {
            if (codec.Reader.TryReadClientFrame(ref message, FrameLimits.FromClient, out var frame, out _))
            {
                body = frame.BodyCase.ToString();
                bytes = codec.Writer.Encode(frame);
            }
        }
        else if (codec.Reader.TryReadServerFrame(ref message, FrameLimits.FromServer, out var frame, out _))
        {
            body = frame.BodyCase.ToString();
            bytes = codec.Writer.Encode(frame);
        }

        return body is "" or "None" ? null : Encoding.UTF8.GetString(bytes.Span).TrimEnd('\n');
    }
}
