using Connect.Storage.Encryption;
using Xunit;

namespace Connect.Tests.Storage.Encryption;

public sealed class NoncesTests
{
    [Fact]
    public void No_two_are_the_same_whichever_threads_ask()
    {
        const int Threads = 4;
        const int Each = 5_000;
        var given = new string[Threads * Each];
        var threads = Enumerable
            .Range(0, Threads)
            .Select(thread => new Thread(() =>
            {
                Span<byte> nonce = stackalloc byte[12];
                for (var i = 0; i < Each; i++)
                {
                    Nonces.Fill(nonce);
                    given[(thread * Each) + i] = Convert.ToHexString(nonce);
                }
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(given.Length, given.Distinct().Count());
        Assert.DoesNotContain(new string('0', 24), given);
    }
}
