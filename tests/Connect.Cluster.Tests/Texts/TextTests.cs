using System.Text;
using System.Text.Json;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Cluster.Tests.Resends;
using Connect.Protocol.Frames;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Texts;

/// <summary>
/// Every string of the table as a message, from every way in to every way out: byte for byte, or refused and nowhere.
/// </summary>
public sealed class TextTests(ResendServer shared) : IClassFixture<ResendServer>
{
    private static readonly TextCase Instead = new("instead", "instead"u8.ToArray(), "instead", 0, 0);

    private enum Way
    {
        Protobuf,
        Json,
        EscapedJson,
        Http,
        EscapedHttp,
    }

    [Fact]
    public async Task What_is_taken_comes_out_as_it_went_in_and_what_is_refused_leaves_nothing()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var pushed = new[] { world.OfBob, await OpenAgainAsync(world, FrameEncoding.Protobuf) };
        var kept = new List<(string Cid, TextCase Text)>();
        foreach (var way in Enum.GetValues<Way>())
        {
            foreach (var text in TextTable.Whole)
            {
                var cid = Sends.NewCid();
                var (code, field) = await SendAsync(world, way, cid, text);
                Assert.True(text.AsMessage == code, $"{text} by {way}: {code}");
                Assert.Equal(code == ErrorCode.None ? null : "text", field);
                if (code != ErrorCode.None)
                {
                    // Nothing of the refused one is there, its id neither.
                    Assert.Equal((ErrorCode.None, null), await SendAsync(world, way, cid, Instead));
                }

                kept.Add((cid, code == ErrorCode.None ? text : Instead));
                foreach (var session in pushed)
                {
                    await session.UntilAsync(given => given.Count >= kept.Count, $"{text} by {way}", world.Deadline);
                }
            }
        }

        AssertKept(kept, pushed[0].Entries);
        AssertKept(kept, pushed[1].Entries);
        await pushed[1].DisposeAsync();
        await AssertHistoryAsync(world, kept);
        await AssertSdkAsync(world, kept);
        await world.KillAndRestartAsync();
        // What the sync at the start gave, in both encodings.
        AssertKept(kept, world.One.Entries);
        AssertKept(kept, world.Two.Entries);
        await AssertHistoryAsync(world, kept);
    }

    [Fact]
    public async Task What_is_no_Unicode_is_refused_on_every_way_and_leaves_nothing()
    {
        await using var world = await ResendWorld.JoinAsync(shared.Server);
        var before = Sends.SentOf(
            await world.One.AskAsync(Sends.FrameTo(world.Bob.Id, Sends.NewCid(), "before"), world.Deadline)
        );
        foreach (var text in TextTable.Broken)
        {
            foreach (var way in Enum.GetValues<Way>())
            {
                if (text.Escaped is null && way is (Way.EscapedJson or Way.EscapedHttp))
                {
                    continue;
                }

                if (way is Way.Http or Way.EscapedHttp)
                {
                    var (code, _) = await SendAsync(world, way, Sends.NewCid(), text);
                    Assert.True(code == ErrorCode.Invalid, $"{text} by {way}: {code}");
                    continue;
                }

                var encoding = way == Way.Protobuf ? FrameEncoding.Protobuf : FrameEncoding.Json;
                await using var session = await WireSession.OpenAsync(
                    shared.Server,
                    way == Way.Protobuf ? world.Ann : world.AnnAgain,
                    encoding,
                    world.Deadline
                );
                await session.SendAsync(Message(world, way, 77, Sends.NewCid(), text), world.Deadline);
                var (error, close) = await session.ReadToCloseAsync(world.Deadline);
                if (way == Way.Json)
                {
                    // No message of text, by the rules of WebSockets: the server's socket ends it itself.
                    Assert.True(close is 1007 or 0 && error is null, $"{text} by {way}: {close} {error}");
                    continue;
                }

                Assert.True(4500 == close, $"{text} by {way}: {close}");
                Assert.Equal((int)text.AsMessage, (int?)error?.Code);
            }
        }

        await world.KillAndRestartAsync();
        var after = await world.One.AskAsync(Sends.Frame(world.Direct, Sends.NewCid(), "after"), world.Deadline);
        Assert.Equal(before.Seq + 1, Sends.SentOf(after).Seq);
        var history = await world.CheckAsync(world.Direct, 2);
        Assert.Equal(["before", "after"], history.Select(each => each.Text));
    }

    private static void AssertKept(List<(string Cid, TextCase Text)> kept, IEnumerable<Protocol.V1.Entry> entries)
    {
        var given = entries.Where(each => each.Cid.Length > 0).DistinctBy(each => each.Seq).OrderBy(each => each.Seq);
        Assert.Equal(
            kept.Select(each => (each.Cid, Convert.ToHexString(each.Text.Bytes))),
            given.Select(each => (each.Cid, Convert.ToHexString(Encoding.UTF8.GetBytes(each.Text))))
        );
    }

    private static byte[] Message(ResendWorld world, Way way, ulong id, string cid, TextCase text) =>
        way == Way.Protobuf
            ? TextWire.Protobuf(id, world.Bob.Id, cid, text)
            : TextWire.Json(id, world.Bob.Id, cid, text, way == Way.EscapedJson);

    /// <summary>None when it was taken.</summary>
    private static async Task<(ErrorCode Code, string? Field)> SendAsync(
        ResendWorld world,
        Way way,
        string cid,
        TextCase text
    )
    {
        if (way is Way.Http or Way.EscapedHttp)
        {
            byte[] body =
            [
                .. Encoding.UTF8.GetBytes($$"""{"to":"{{world.Bob.Id}}","text":"""),
                .. TextWire.JsonString(text, way == Way.EscapedHttp),
                (byte)'}',
            ];
            var path = $"/v1/conversations/{world.Direct}/messages";
            return await Posts.PostAsync(world.Http, world.Ann, path, cid, body, world.Deadline);
        }

        var session = way == Way.Protobuf ? world.One : world.Two;
        await session.SendAsync(Message(world, way, 1_000_000, cid, text), world.Deadline);
        var answer = await session.ReadAsync(world.Deadline);
        Assert.Equal(1_000_000UL, answer.Id);
        return answer.Sent is not null ? (ErrorCode.None, null) : ((ErrorCode)answer.Err.Code, answer.Err.Field);
    }

    private static async Task<WireSession> OpenAgainAsync(ResendWorld world, FrameEncoding encoding)
    {
        var bob = await TestUser.LoginAsync(world.Http, world.Bob.Username, TestUser.Password, world.Deadline);
        return await WireSession.OpenAsync(world.Server, bob, encoding, world.Deadline);
    }

    /// <summary>Pages in both encodings and over HTTP, which is read by another reader of JSON than ours.</summary>
    private static async Task AssertHistoryAsync(ResendWorld world, List<(string Cid, TextCase Text)> kept)
    {
        AssertKept(kept, await world.One.HistoryAsync(world.Direct, world.Deadline));
        AssertKept(kept, await world.Two.HistoryAsync(world.Direct, world.Deadline));
        var read = new List<(string, string)>();
        for (var more = true; more; )
        {
            var path = $"/v1/conversations/{world.Direct}/entries?after={read.Count}&limit=200";
            using var request = world.Bob.Request(HttpMethod.Get, path);
            using var answer = await world.Http.SendAsync(request, world.Deadline);
            var page = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(world.Deadline)).RootElement;
            foreach (var entry in page.GetProperty("entries").EnumerateArray())
            {
                var text = Encoding.UTF8.GetBytes(entry.GetProperty("text").GetString()!);
                read.Add((entry.GetProperty("cid").GetString()!, Convert.ToHexString(text)));
            }

            more = page.TryGetProperty("has_more_after", out _);
        }

        Assert.Equal(kept.Select(each => (each.Cid, Convert.ToHexString(each.Text.Bytes))), read);
    }

    /// <summary>The SDK with its file store: given to the application, kept, and read again.</summary>
    private static async Task AssertSdkAsync(ResendWorld world, List<(string Cid, TextCase Text)> kept)
    {
        var folder = Directory.CreateTempSubdirectory("connect-texts-").FullName;
        try
        {
            var given = new List<string>();
            await using (var store = new FileConnectStore(folder))
            {
                var url = new UriBuilder(world.Server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri;
                var options = new ConnectOptions(url)
                {
                    Store = store,
                    TrustedCertificates = world.Server.CertificateFile,
                };
                var (name, password) = (world.Bob.Username, TestUser.Password);
                using var account = await ConnectAccount.LoginAsync(options, name, password, "sdk", world.Deadline);
                await using var client = new ConnectClient(options with { TokenSource = account });
                await client.ConnectAsync(world.Deadline);
                await foreach (var happened in client.EventsAsync(world.Deadline))
                {
                    if (happened is MessageReceived message)
                    {
                        given.Add(message.Text);
                    }

                    if (given.Count == kept.Count)
                    {
                        break;
                    }
                }
            }

            Assert.Equal(kept.Select(each => each.Text.Text), given);
            await using var again = new FileConnectStore(folder);
            await again.LoadAsync(world.Deadline);
            var items = await again.ReadAsync(world.Direct, 0, kept.Count + 1, world.Deadline);
            Assert.Equal(kept.Select(each => each.Text.Text), items.Select(each => each.Entry!.Text));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
