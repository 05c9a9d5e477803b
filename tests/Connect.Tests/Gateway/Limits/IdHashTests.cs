using Connect.Contracts.Identifiers;
using Xunit;

namespace Connect.Tests.Gateway.Limits;

/// <summary>Clients name what ids they like: whatever these are, they spread over the buckets of a table.</summary>
public sealed class IdHashTests
{
    private const int Ids = 50_000;
    private const int Buckets = 65_536;

    /// <summary>Fifty thousand random ids reach 35,000 of so many buckets.</summary>
    private const int Reached = 34_000;

    public static TheoryData<string> Forms => [.. Families.Keys];

    private static Dictionary<string, Func<ulong, UInt128>> Families { get; } =
        new()
        {
            ["halves alike"] = i => new(i << 32 | i, i << 32 | i),
            ["one half that cancels itself"] = i => new(7, i << 32 | i),
            ["the other one"] = i => new(i << 32 | i, 7),
            ["counted in one half"] = i => new(7, i),
            ["counted in the other"] = i => new(i, 7),
            ["counted at the upper end"] = i => new(i << 48, i << 48),
            ["halves that cancel each other"] = i => new(i, ~i),
            ["steps"] = i => new(0, i * 65_536),
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Ids_that_a_client_chose_do_not_fill_one_bucket(string form)
    {
        var values = Enumerable.Range(1, Ids).Select(i => Families[form]((ulong)i)).ToList();
        Assert.Equal(Ids, values.Distinct().Count());
        Spread(values.Select(value => new ConversationId(value).GetHashCode()));
        Spread(values.Select(value => new UserId(value).GetHashCode()));
        Spread(values.Select(value => new DeviceId(value).GetHashCode()));
    }

    [Fact]
    public void Cids_whose_parts_cancel_each_other_do_not_fill_one_bucket() =>
        Spread(
            Enumerable
                .Range(1, Ids)
                .Select(i => new Cid(new Guid(i, 0, 0x7000, BitConverter.GetBytes((long)i))).GetHashCode())
        );

    [Fact]
    public void Equal_ids_have_equal_codes()
    {
        var id = UserId.NewRandom();
        Assert.Equal(id.GetHashCode(), new UserId(id.Value).GetHashCode());
        var cid = new Cid(Guid.NewGuid());
        Assert.Equal(cid.GetHashCode(), new Cid(cid.Value).GetHashCode());
    }

    /// <summary>Over the low bits, of which tables of a power of two are made, and over the high ones.</summary>
    private static void Spread(IEnumerable<int> codes)
    {
        var all = codes.ToList();
        Assert.InRange(all.Select(code => code & (Buckets - 1)).Distinct().Count(), Reached, Buckets);
        Assert.InRange(all.Select(code => (uint)code >> 16).Distinct().Count(), Reached, Buckets);
    }
}
