using System.Net;
using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Resends;
using Connect.Contracts;
using Connect.Conversations.Sweeping;
using Connect.Storage.RocksDb;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Cluster.Tests.Faults;

/// <summary>A process that dies between the index row and its entry, and the sweep over what it left.</summary>
public sealed class LeftRowTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_row_left_by_a_death_before_its_entry_is_swept_and_the_group_can_be_created_again()
    {
        var witness = Path.GetTempFileName();
        await using var server = await ServerProcess.StartProgramAsync(
            await ServerPrograms.WithFaultPointsAsync(),
            Cancel,
            ("CONNECT_FAULT", $"{FaultPoints.AfterIndexBeforeEntry}:1"),
            ("CONNECT_FAULT_FILE", witness)
        );
        using var http = server.CreateClient();
        var ann = await TestUser.CreateAsync(http, UserNames.New(), Cancel);
        var key = Sends.NewCid();
        var body = new { title = "Plans" };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            Sends.PostAsync(http, ann, "/v1/conversations", key, body, Cancel)
        );
        await server.WaitForExitAsync(Cancel);
        Assert.Equal(FaultPoints.AfterIndexBeforeEntry, await File.ReadAllTextAsync(witness, Cancel));

        await SweepAsync(Path.Combine(server.Folder, "data"));

        server.Environment.Clear();
        await server.RestartAsync(Cancel);
        using var again = server.CreateClient();
        var (status, _) = await Sends.PostAsync(again, ann, "/v1/conversations", key, body, Cancel);
        Assert.Equal(HttpStatusCode.Created, status);
        using var list = ann.Request(HttpMethod.Get, "/v1/conversations");
        using var answer = await again.SendAsync(list, Cancel);
        Assert.Contains(
            "\"title\":\"Plans\"",
            await answer.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal
        );
        File.Delete(witness);
    }

    /// <summary>The store without its node: the row is there, and goes once it is an hour old.</summary>
    private static async Task SweepAsync(string folder)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var options = new RocksDbStoreOptions { DataFolder = folder };
        await using var store = RocksDbStore.Open(options, time, NullLogger.Instance);
        var sweep = new IndexSweep(
            store.IndexRows,
            store.Conversations,
            Options.Create(new IndexSweepOptions()),
            time,
            NullLogger<IndexSweep>.Instance
        );
        var left = Assert.Single((await store.IndexRows.WalkAsync(default, default, 10, Cancel)).Rows);
        Assert.False(await store.IndexRows.BelongsAsync(left.User, left.Conversation, Cancel));
        Assert.Equal(0, await sweep.StepAsync(Cancel));

        var deleted = 0;
        for (var step = 0; step < 240 && deleted == 0; step++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            deleted += await sweep.StepAsync(Cancel);
        }

        Assert.Equal(1, deleted);
        Assert.Empty((await store.IndexRows.WalkAsync(default, default, 10, Cancel)).Rows);
    }
}
