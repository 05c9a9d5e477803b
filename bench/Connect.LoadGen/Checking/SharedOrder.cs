namespace Connect.LoadGen.Checking;

/// <summary>
/// The one order of a conversation as its devices see it: the first one to see a seq writes down what stands there, all
/// others must see the same. Any number of threads.
/// </summary>
public sealed class SharedOrder
{
    private const int ChunkLength = 4096;

    private readonly Lock _gate = new();
    private long[][] _chunks = [];

    /// <summary>False when another device saw something else at this seq. A key is never 0.</summary>
    public bool Agree(long seq, long key)
    {
        var (chunk, at) = ((int)(seq / ChunkLength), (int)(seq % ChunkLength));
        var chunks = Volatile.Read(ref _chunks);
        if (chunk >= chunks.Length)
        {
            chunks = Grow(chunk);
        }

        var before = Interlocked.CompareExchange(ref chunks[chunk][at], key, 0);
        return before == 0 || before == key;
    }

    private long[][] Grow(int chunk)
    {
        lock (_gate)
        {
            var chunks = _chunks;
            if (chunk >= chunks.Length)
            {
                var more = Enumerable.Range(0, chunk + 1 - chunks.Length).Select(_ => new long[ChunkLength]);
                chunks = [.. chunks, .. more];
                Volatile.Write(ref _chunks, chunks);
            }

            return chunks;
        }
    }
}
