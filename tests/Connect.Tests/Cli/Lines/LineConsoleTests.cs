using System.Text;
using System.Threading.Channels;
using Connect.Cli.Lines;
using Connect.Cli.Terminals;
using Xunit;

namespace Connect.Tests.Cli.Lines;

/// <summary>Line mode in a terminal, key by key.</summary>
public sealed class LineConsoleTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_beyond_the_limit_of_the_server_stays_in_the_draft_until_it_is_short_enough()
    {
        using var terminal = new TypedTerminal();
        using var console = new LineConsole(terminal, TimeProvider.System) { TextBytes = () => 10 };
        terminal.Type("much too long\r");
        terminal.Type("\u007f\u007f\u007f\r");
        Assert.Equal("much too l", await console.ReadLineAsync(Cancelled));
        var said = terminal.Out.ToString()!;
        Assert.Contains("Not sent: 3 bytes longer than the 10 a message can have.", said, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "Not sent",
            said[said.LastIndexOf("› much too l", StringComparison.Ordinal)..],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_higher_limit_of_the_server_makes_room_for_a_longer_line()
    {
        const int Limit = 40_000;
        using var terminal = new TypedTerminal();
        using var console = new LineConsole(terminal, TimeProvider.System) { TextBytes = () => Limit };
        terminal.Type(new string('x', Limit));
        terminal.Type("\r");
        Assert.Equal(Limit, (await console.ReadLineAsync(Cancelled))?.Length);
    }

    private sealed class TypedTerminal : IScreenTerminal
    {
        private readonly Channel<byte[]> _typed = Channel.CreateUnbounded<byte[]>();
        private byte[] _rest = [];

        public event EventHandler? Resized
        {
            add { }
            remove { }
        }

        public TextWriter Out { get; } = new StringWriter();

        public (int Width, int Height) Size => (80, 24);

        public void Type(string keys) => _typed.Writer.TryWrite(Encoding.UTF8.GetBytes(keys));

        public async Task<int> ReadAsync(byte[] buffer)
        {
            if (_rest.Length == 0)
            {
                _rest = await _typed.Reader.ReadAsync(Cancelled);
            }

            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.AsSpan(0, count).CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public void Dispose() => _typed.Writer.TryComplete();
    }
}
