using System.Collections.Immutable;
using System.Text;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage;
using Connect.Storage.RocksDb;
using Connect.Tests.Storage.Conformance;
using Xunit;

namespace Connect.Tests.Storage.RocksDb;

/// <summary>The embedded store on its files: reopening, damage, a second process, what can be read on disk.</summary>
public sealed class StoreFilesTests : IDisposable
{
    private const string Body = "unmistakable-body-text";
    private const string Username = "UnmistakableUsername";
    private const string Title = "unmistakable-title";
    private const string DeviceName = "unmistakable-device";

    private readonly StoreFolder _folder = new();
    private readonly UserId _anna = UserId.NewRandom();
    private readonly UserId _ben = UserId.NewRandom();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_is_there_after_a_crash_and_a_restart()
    {
        using var store = _folder.Open();
        var talk = await FillAsync(store);
        using var crashed = _folder.CopyAsAfterACrash();
        using var reopened = crashed.Open();

        var before = await ReadAllAsync(store, talk);
        Assert.Equal(before, await ReadAllAsync(reopened, talk));
        Assert.Contains(Body, before, StringComparison.Ordinal);
        Assert.Equal(store.SigningKey.KeyId, reopened.SigningKey.KeyId);
        Assert.Equal(store.DirectIds.Derive(_anna, _ben), reopened.DirectIds.Derive(_ben, _anna));
    }

    [Fact]
    public async Task A_closed_store_opens_again_and_goes_on()
    {
        Talk talk;
        using (var store = _folder.Open())
        {
            talk = await FillAsync(store);
        }

        using var reopened = _folder.Open();
        var snapshot = await reopened.Conversations.LoadAsync(talk.Id);
        Assert.Equal((talk.Epoch, talk.NextSeq), (snapshot!.Epoch, snapshot.NextSeq));
        var commit = talk.Commit(talk.Message(talk.NextSeq, _ben, "on")) with { Epoch = talk.Epoch + 1 };
        Assert.Equal(CommitStatus.Committed, (await reopened.Conversations.CommitAsync(commit)).Status);
    }

    [Fact]
    public async Task Nothing_of_what_people_wrote_can_be_read_on_disk()
    {
        using (var store = _folder.Open())
        {
            await FillAsync(store);
            AssertNowhere(Body, Username, Username.ToLowerInvariant(), Title, DeviceName, "secret-hash");
        }

        AssertNowhere(Body, Username, Username.ToLowerInvariant(), Title, DeviceName, "secret-hash");
    }

    [Fact]
    public void A_second_opener_is_refused()
    {
        using var store = _folder.Open();

        var refused = Assert.Throws<StoreOpenException>(_folder.Open);

        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_behind_its_witness_is_refused()
    {
        using (var store = _folder.Open())
        {
            await FillAsync(store);
        }

        using (var old = _folder.CopyAsAfterACrash())
        {
            using (var store = _folder.Open())
            {
                await Talk.Between(store.Conversations, _anna, _ben).CreateAsync();
            }

            File.Copy(Path.Combine(_folder.Data, "witness"), Path.Combine(old.Data, "witness"), overwrite: true);
            var refused = Assert.Throws<StoreOpenException>(old.Open);
            Assert.StartsWith("Data was lost", refused.Message, StringComparison.Ordinal);
        }

        _folder.Open().Dispose();
    }

    [Fact]
    public async Task A_torn_witness_falls_back_to_the_write_before()
    {
        using (var store = _folder.Open())
        {
            await FillAsync(store);
        }

        using (var file = File.OpenWrite(Path.Combine(_folder.Data, "witness")))
        {
            file.Write([1, 2, 3]);
        }

        _folder.Open().Dispose();
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public async Task A_damaged_write_ahead_log_is_refused(double place)
    {
        using var store = _folder.Open();
        await FillAsync(store);
        using var crashed = _folder.CopyAsAfterACrash();
        var log = NewestLog(crashed);
        var bytes = await File.ReadAllBytesAsync(log, Cancel);
        var written = Array.FindLastIndex(bytes, b => b != 0) + 1;
        bytes[(int)(written * place)] ^= 0x10;
        await File.WriteAllBytesAsync(log, bytes, Cancel);

        var refused = Assert.Throws<StoreOpenException>(crashed.Open);
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_write_ahead_log_is_refused()
    {
        using var store = _folder.Open();
        await FillAsync(store);
        using var crashed = _folder.CopyAsAfterACrash();
        File.Delete(NewestLog(crashed));

        Assert.Throws<StoreOpenException>(crashed.Open);
    }

    [Fact]
    public async Task A_torn_tail_that_was_never_acknowledged_is_dropped()
    {
        using var store = _folder.Open();
        var talk = await FillAsync(store);
        using var crashed = _folder.CopyAsAfterACrash();
        await talk.AppendAsync(_anna, "acknowledged by the other copy only");
        var torn = await ReadSharedAsync(NewestLog(_folder));
        var whole = await File.ReadAllBytesAsync(NewestLog(crashed), Cancel);
        var end = Array.FindLastIndex(whole, b => b != 0) + 1;
        await File.WriteAllBytesAsync(NewestLog(crashed), torn[..(end + 40)], Cancel);

        using var reopened = crashed.Open();

        var snapshot = await reopened.Conversations.LoadAsync(talk.Id);
        Assert.Equal(talk.NextSeq - 1, snapshot!.NextSeq);
    }

    [Fact]
    public void Files_are_their_owners_alone()
    {
        _folder.Open().Dispose();

        Assert.Equal([_folder.KeyFile], Directory.GetFiles(_folder.Root));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.KeyFile));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_folder.Data)
        );
    }

    private static string NewestLog(StoreFolder folder) =>
        Directory.GetFiles(Path.Combine(folder.Data, "db"), "*.log").Order(StringComparer.Ordinal).Last();

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, Cancel);
        return bytes;
    }

    private async Task<Talk> FillAsync(RocksDbStore store)
    {
        var account = new Account(_anna, Username, Username.ToLowerInvariant(), "secret-hash", 1, false, 1);
        Assert.True(await store.Users.CreateAsync(account));
        Assert.True(await store.Users.PutDeviceAsync(new(_anna, new(1), DeviceName, 2, null, 1)));
        var talk = await Talk.Between(store.Conversations, _anna, _ben).CreateAsync(Title);
        await store.Index.PutAsync([new(_anna, talk.Id, Talk.NewCid(), 3), new(_ben, talk.Id, Talk.NewCid(), 3)]);
        await talk.AppendAsync(_anna, [.. Enumerable.Range(0, 30).Select(i => $"{Body}-{i}")]);
        await talk.MembersAsync(Talk.Present(_ben, marks: new(3, 2, 2, 0)));
        return talk;
    }

    private async Task<string> ReadAllAsync(RocksDbStore store, Talk talk)
    {
        var slice = await store.Reader.ReadAfterAsync(_ben, talk.Id, new(0, 0, 1_000, 1 << 20), Cancel);
        var view = (await store.Reader.ReadViewsAsync(_ben, [talk.Id], Cancel)).Single();
        var account = await store.Users.FindByUsernameAsync(Username.ToLowerInvariant(), Cancel);
        var devices = await store.Users.ListDevicesAsync(_anna, Cancel);
        var index = await store.Index.ListAsync(_ben, Cancel);
        var probes = slice.Entries.Select(e => new CidProbe(e.From, e.Cid, e.Body)).ToImmutableArray();
        var known = await store.Conversations.FindCidsAsync(talk.Id, probes);
        Assert.All(known, k => Assert.True(k.SameText));
        Assert.Equal(slice.Entries.Length, known.Length);
        return string.Join(
            '\n',
            [
                .. slice.Entries.Select(Describe),
                .. known.Select(k => k.ToString()),
                $"{view.Title} {view.Marks} {view.Unread} {account} {devices.Single()} {index.Single()}",
            ]
        );
    }

    private static string Describe(Entry entry) =>
        $"{entry.Seq} {entry.Time} {entry.From} {entry.Cid} {entry.Messages} "
        + Encoding.UTF8.GetString(entry.Body.Span);

    private void AssertNowhere(params string[] secrets)
    {
        var files = Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            foreach (var secret in secrets)
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{secret} is in {file}");
            }
        }
    }
}
