using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Connect.Cluster.Tests.StoreFaults;

/// <summary>A start without the store's own keys refuses and changes nothing: with them everything is there.</summary>
[Collection(SeededStoreCases.Name)]
public sealed class WrongKeyTests(SeededStore seed)
{
    private string ForeignKeys => Path.Combine(seed.Foreign, "data.keys");

    [Fact]
    public async Task A_missing_key_file_is_a_refusal_and_none_is_made()
    {
        await using var store = StoreCase.Of(seed);
        store.Damage(store.KeyFile, _ => null);

        await store.RefusesAsync($"{store.KeyFile} does not exist", "Keys:File");
        Assert.False(File.Exists(store.KeyFile), "The start made a key file.");
        store.Undo();
        await store.ServesAllAsync();
    }

    [Fact]
    public async Task Another_stores_key_file_is_a_refusal()
    {
        await using var store = StoreCase.Of(seed);
        store.Damage(store.KeyFile, _ => File.ReadAllBytes(ForeignKeys));

        await store.RefusesAsync($"{store.KeyFile} does not belong to this store", "Keys:File");
        store.Undo();
        await store.HoldsAllAsync();
    }

    [Theory]
    [InlineData("masters", "master")]
    [InlineData("tokenSigning", "token-signing")]
    public async Task One_key_of_another_store_is_named(string part, string named)
    {
        await using var store = StoreCase.Of(seed);
        var foreign = JsonNode.Parse(File.ReadAllBytes(ForeignKeys))!;
        store.Damage(
            store.KeyFile,
            bytes =>
            {
                var mine = JsonNode.Parse(bytes)!;
                Assert.NotNull(mine[part]);
                mine[part] = foreign[part]!.DeepClone();
                return JsonSerializer.SerializeToUtf8Bytes(mine);
            }
        );

        await store.RefusesAsync($"its {named} key is different", store.KeyFile);
        store.Undo();
        await store.HoldsAllAsync();
    }

    [Fact]
    public async Task Half_a_key_file_is_a_refusal()
    {
        await using var store = StoreCase.Of(seed);
        store.Damage(store.KeyFile, bytes => bytes[..(bytes.Length / 2)]);

        await store.RefusesAsync($"The key file {store.KeyFile} (Keys:File) cannot be read");
        store.Undo();
        await store.HoldsAllAsync();
    }
}
