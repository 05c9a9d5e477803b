using Connect.Client;
using Connect.Client.Stores;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>A server whose data was restored from a backup: no entry of the lost time passes for a new one.</summary>
public sealed class RestoredServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("connect-restored-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_a_new_life_everything_is_read_anew_though_the_numbers_are_the_same(bool keepsEntries)
    {
        await using IConnectStore store = keepsEntries ? new FileConnectStore(_folder) : new MemoryConnectStore();
        await using var harness = await ClientHarness.LiveAsync(store);
        WriteAll(harness, "a", "b", "lost-1", "lost-2");
        await harness.Until(() => harness.Seqs.Count == 4, "all messages");

        // Others have written past the place where this device is, before it is back.
        harness.Server.Lose(2);
        harness.Server.Store = "life-2";
        harness.Server.Pushes = _ => false;
        WriteAll(harness, "new-3", "new-4", "new-5");
        harness.Server.Pushes = _ => true;
        await ReconnectAsync(harness, 9);

        Assert.Equal(["a", "b", "lost-1", "lost-2", "a", "b", "new-3", "new-4", "new-5"], harness.Texts);
        Assert.Equal(0, Assert.Single(harness.Events.OfType<ConversationReset>()).Above);
        if (keepsEntries)
        {
            var kept = await store.ReadAsync(FakeServer.Room, 0, 100, Cancelled);
            Assert.Equal(["a", "b", "new-3", "new-4", "new-5"], kept.Select(item => item.Entry!.Text));
            Assert.Equal("life-2", (await store.LoadAsync(Cancelled)).Store);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_position_above_the_head_falls_back_to_it(bool keepsEntries)
    {
        await using IConnectStore store = keepsEntries ? new FileConnectStore(_folder) : new MemoryConnectStore();
        await using var harness = await ClientHarness.LiveAsync(store);
        WriteAll(harness, "a", "b", "lost-1", "lost-2");
        await harness.Until(() => harness.Seqs.Count == 4, "all messages");

        harness.Server.Lose(2);
        await ReconnectAsync(harness, 4);
        WriteAll(harness, "new-3", "new-4");
        await harness.Until(() => harness.Seqs.Count == 6, "the new messages");

        Assert.Equal(["a", "b", "lost-1", "lost-2", "new-3", "new-4"], harness.Texts);
        Assert.Equal(2, Assert.Single(harness.Events.OfType<ConversationReset>()).Above);
    }

    [Fact]
    public async Task The_same_life_forgets_nothing_and_the_outbox_outlives_any()
    {
        await using var store = new FileConnectStore(_folder);
        await using var harness = await ClientHarness.LiveAsync(store);
        WriteAll(harness, "a");
        await harness.Until(() => harness.Seqs.Count == 1, "the message");
        await ReconnectAsync(harness, 1);
        Assert.Empty(harness.Events.OfType<ConversationReset>());

        harness.Server.Intercept = (_, frame) => frame.BodyCase == Wire.ClientFrame.BodyOneofCase.Send;
        var waiting = await harness.Room.EnqueueAsync("kept", cancellationToken: Cancelled);
        await harness.Until(
            () => harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Send).Count == 1,
            "the first transmission"
        );
        harness.Server.Intercept = null;
        harness.Server.Store = "life-2";
        harness.Server.Session.Break();
        await harness.Advance(() => waiting.Sent.IsCompleted, "the answer");

        Assert.Equal(waiting.Cid, (await waiting.Sent).Cid);
        Assert.Empty((await store.LoadAsync(Cancelled)).Outbox);
    }

    private static void WriteAll(ClientHarness harness, params string[] texts) =>
        Array.ForEach(texts, text => harness.Server.Write(text));

    private static async Task ReconnectAsync(ClientHarness harness, int messages)
    {
        var greeted = harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Sync).Count;
        harness.Server.Session.Break();
        await harness.Advance(
            () =>
                harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Sync).Count > greeted
                && harness.Client.State == ConnectionState.Live
                && harness.Seqs.Count == messages,
            "the client to be live again"
        );
    }
}
