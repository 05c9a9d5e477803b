using Connect.Contracts.Identifiers;
using Connect.Storage.RocksDb;
using Connect.Storage.Rules;
using CsCheck;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

public sealed class HeadCacheTests
{
    [Fact]
    public void It_never_tells_a_head_that_is_not_the_last_one_put() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], Gen.Long[1, 1_000_000])
            .Array[0, 200]
            .Sample(steps =>
            {
                var cache = new HeadCache(4);
                var model = new Dictionary<ConversationId, ConversationHead>();
                foreach (var (number, what, epoch) in steps)
                {
                    var conversation = new ConversationId((UInt128)number + 1);
                    if (what == 0)
                    {
                        cache.Forget(conversation);
                        model.Remove(conversation);
                    }
                    else
                    {
                        model[conversation] = Head(epoch);
                        cache.Put(conversation, Head(epoch));
                    }

                    Assert.InRange(cache.Count, 0, 8);
                    for (var i = 1; i <= 10; i++)
                    {
                        var id = new ConversationId((UInt128)i);
                        if (cache.Find(id) is { } known)
                        {
                            Assert.Equal(model.GetValueOrDefault(id), known);
                        }
                    }

                    Assert.Equal(what == 0 ? null : Head(epoch), cache.Find(conversation));
                }
            });

    [Fact]
    public void The_newest_are_kept()
    {
        var cache = new HeadCache(100);
        for (var i = 1; i <= 1_000; i++)
        {
            cache.Put(new((UInt128)i), Head(i));
        }

        Assert.All(Enumerable.Range(901, 100), i => Assert.Equal(Head(i), cache.Find(new((UInt128)i))));
        Assert.Null(cache.Find(new(1)));
    }

    private static ConversationHead Head(long epoch) => new(epoch, 1, 0, 0, 2, 2);
}
