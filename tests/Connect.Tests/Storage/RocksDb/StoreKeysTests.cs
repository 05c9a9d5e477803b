using Connect.Contracts.Identifiers;
using Connect.Storage;
using Connect.Tests.Storage.Conformance;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>The key file beside a store.</summary>
public sealed class StoreKeysTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_store_without_its_key_file_is_refused_and_none_is_made()
    {
        _folder.Open().Dispose();
        File.Delete(_folder.KeyFile);

        var refused = Assert.Throws<StoreOpenException>(_folder.Open);

        Assert.Contains("Keys:File", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.KeyFile));
    }

    [Fact]
    public void A_store_with_another_stores_key_file_is_refused()
    {
        using var other = new StoreFolder();
        other.Open().Dispose();
        _folder.Open().Dispose();
        File.Copy(other.KeyFile, _folder.KeyFile, overwrite: true);

        var refused = Assert.Throws<StoreOpenException>(_folder.Open);

        Assert.Contains("Keys:File", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_master_key_alone_is_noticed()
    {
        using var other = new StoreFolder();
        other.Open().Dispose();
        _folder.Open().Dispose();
        var mine = File.ReadAllText(_folder.KeyFile);
        File.WriteAllText(
            _folder.KeyFile,
            mine.Replace(Master(mine), Master(File.ReadAllText(other.KeyFile)), StringComparison.Ordinal)
        );

        var refused = Assert.Throws<StoreOpenException>(_folder.Open);

        Assert.Contains("master", refused.Message, StringComparison.Ordinal);

        static string Master(string json) => json.Split("\"1\": \"")[1].Split('"')[0];
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not json")]
    public void What_is_not_a_key_file_is_refused_also_beside_an_empty_store(string content)
    {
        File.WriteAllText(_folder.KeyFile, content);

        Assert.Throws<StoreOpenException>(_folder.Open);
        Assert.Equal(content, File.ReadAllText(_folder.KeyFile));
    }

    [Fact]
    public void A_key_file_beside_an_empty_store_is_used()
    {
        using var other = new StoreFolder();
        using var otherStore = other.Open();
        File.Copy(other.KeyFile, _folder.KeyFile);

        using var store = _folder.Open();

        Assert.Equal(otherStore.SigningKey.KeyId, store.SigningKey.KeyId);
        Assert.Equal(otherStore.DirectIds.Derive(_anna, _ben), store.DirectIds.Derive(_anna, _ben));
    }

    [Fact]
    public void Data_on_a_mount_point_needs_a_configured_key_file()
    {
        var options = _folder.Options with { IsMountPoint = folder => folder == _folder.Data };
        _folder.Options = options;

        var refused = Assert.Throws<StoreOpenException>(_folder.Open);
        Assert.Contains("Keys:File", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Data));

        _folder.Options = options with { KeyFile = Path.Combine(_folder.Root, "kept", "connect.keys") };
        _folder.Open().Dispose();
        Assert.True(File.Exists(_folder.Options.KeyFile));
    }

    [Fact]
    public void The_mount_points_of_the_machine_are_known()
    {
        Assert.False(_folder.Options.IsMountPoint(_folder.Root));
        if (Directory.Exists("/proc/self"))
        {
            Assert.True(_folder.Options.IsMountPoint("/proc"));
        }
    }

    [Fact]
    public void A_key_file_among_the_data_is_refused()
    {
        _folder.Options = _folder.Options with { KeyFile = Path.Combine(_folder.Data, "keys") };

        Assert.Throws<StoreOpenException>(_folder.Open);
    }

    [Fact]
    public async Task The_master_key_rotates_while_the_store_runs()
    {
        Talk talk;
        using (var store = _folder.Open())
        {
            talk = await Talk.Between(store.Conversations, _anna, _ben).CreateAsync("before");
            var rotation = store.RotateMasterKeyAsync();
            await talk.AppendAsync(_anna, "meanwhile");
            await rotation;
            await talk.AppendAsync(_anna, "after");
        }

        // The first version is needed no more: without it the store opens and reads all.
        var json = await File.ReadAllTextAsync(_folder.KeyFile, Cancel);
        Assert.Contains("\"currentMaster\": 2", json, StringComparison.Ordinal);
        var first = json.Split("\"1\": \"")[1].Split('"')[0];
        await File.WriteAllTextAsync(
            _folder.KeyFile,
            json.Replace($"\"1\": \"{first}\",", string.Empty, StringComparison.Ordinal),
            Cancel
        );

        using var reopened = _folder.Open();
        var slice = await reopened.Reader.ReadAfterAsync(_ben, talk.Id, new(0, 0, 10, 1_000), Cancel);
        Assert.Equal(3, slice.Entries.Length);
        await reopened.RotateMasterKeyAsync();
    }

    [Fact]
    public void The_signing_key_signs_what_its_public_part_verifies()
    {
        using var store = _folder.Open();
        using var key = store.SigningKey.CreateKey();
        using var again = store.SigningKey.CreateKey();
        var signature = key.SignData("token"u8, System.Security.Cryptography.HashAlgorithmName.SHA256);

        Assert.True(again.VerifyData("token"u8, signature, System.Security.Cryptography.HashAlgorithmName.SHA256));
    }

    [Fact]
    public void A_direct_conversation_lives_in_the_cell_of_the_lower_user()
    {
        using var store = _folder.Open();
        var (lower, higher) = (UserId.NewRandom(3), UserId.NewRandom(9));

        var id = store.DirectIds.Derive(higher, lower);

        Assert.Equal(id, store.DirectIds.Derive(lower, higher));
        Assert.Equal(3, OpaqueId.Cell(id.Value));
        Assert.NotEqual(id, store.DirectIds.Derive(lower, UserId.NewRandom(9)));
    }
}
