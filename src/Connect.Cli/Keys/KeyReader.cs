using System.Runtime.CompilerServices;
using Connect.Cli.Terminals;

namespace Connect.Cli.Keys;

/// <summary>Reads the keys of a terminal as they are pressed.</summary>
internal sealed class KeyReader(IScreenTerminal terminal, TimeProvider time)
{
    private const int InputBytes = 4_096;

    /// <summary>The remaining bytes of a key arrive within this time, even over a slow line.</summary>
    private static readonly TimeSpan EscapeWait = TimeSpan.FromMilliseconds(60);

    /// <summary>Ends when the terminal is closed. Call it once.</summary>
    public async IAsyncEnumerable<Key> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parser = new KeyParser();
        var buffer = new byte[InputBytes];
        var reading = terminal.ReadAsync(buffer);
        while (!cancellationToken.IsCancellationRequested)
        {
            List<Key> keys;
            if (parser.IsUnsure && await IsQuietAsync(reading, cancellationToken))
            {
                keys = parser.Settle();
            }
            else
            {
                // A blocked read from a terminal cannot be cancelled; waiting for it can.
                var count = await reading.WaitAsync(cancellationToken);
                if (count == 0)
                {
                    yield break;
                }

                keys = parser.Feed(buffer.AsSpan(0, count));
                reading = terminal.ReadAsync(buffer);
            }

            foreach (var key in keys)
            {
                yield return key;
            }
        }
    }

    private async Task<bool> IsQuietAsync(Task reading, CancellationToken cancellationToken) =>
        await Task.WhenAny(reading, Task.Delay(EscapeWait, time, cancellationToken)) != reading;
}
