using Connect.Cli.Words;
using Connect.Client;
using Xunit;

namespace Connect.Tests.Cli.Words;

/// <summary>The state of the connection in words.</summary>
public sealed class ConnectionWordsTests
{
    private static readonly ConnectException Broken = new(ErrorCode.Unavailable, "The connection broke.");

    [Theory]
    [InlineData(ConnectionState.Live, false, null, 0, "online")]
    [InlineData(ConnectionState.Live, false, null, 1, "online")]
    [InlineData(ConnectionState.Live, false, null, 7, "online: sending 7 messages")]
    [InlineData(ConnectionState.Syncing, false, null, 0, "catching up …")]
    [InlineData(ConnectionState.Connecting, false, null, 0, "connecting …")]
    [InlineData(ConnectionState.Connecting, false, null, 2, "connecting …: 2 messages waiting")]
    [InlineData(ConnectionState.Connecting, true, 2.2, 0, "offline, reconnecting in 3 s")]
    [InlineData(ConnectionState.Connecting, true, 2.0, 1, "offline: 1 message waiting, reconnecting in 2 s")]
    [InlineData(ConnectionState.Connecting, true, -1.0, 3, "offline: 3 messages waiting, reconnecting …")]
    [InlineData(ConnectionState.Offline, true, null, 0, "offline: The connection broke.")]
    [InlineData(ConnectionState.Offline, false, null, 0, "offline")]
    public void Each_state_has_its_words(ConnectionState state, bool broken, double? seconds, int waiting, string words)
    {
        TimeSpan? retryIn = seconds is { } wait ? TimeSpan.FromSeconds(wait) : null;
        Assert.Equal(words, ConnectionWords.Of(state, broken ? Broken : null, retryIn, waiting));
    }

    [Fact]
    public void In_line_mode_a_loss_is_told_once_and_so_is_its_end()
    {
        using var writer = new StringWriter();
        var lines = new TroubleLines(writer);
        lines.Tell(new(ConnectionState.Connecting, null));
        lines.Tell(new(ConnectionState.Live, null));
        for (var attempt = 0; attempt < 5; attempt++)
        {
            lines.Tell(new(ConnectionState.Connecting, Broken));
        }

        lines.Tell(new(ConnectionState.Syncing, null));
        lines.Tell(new(ConnectionState.Live, null));
        lines.Tell(new(ConnectionState.Connecting, Broken));
        lines.Tell(new(ConnectionState.Offline, Broken));
        Assert.Equal(
            [
                "— connecting: The connection broke.",
                "— connected again",
                "— connecting: The connection broke.",
                "— offline: The connection broke.",
            ],
            writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }
}
