using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Receipts;

/// <summary>
/// Three devices of one user mark a direct conversation and a group, and the server is killed in the middle: what was
/// confirmed is there, to the number, for all of them and for the author.
/// </summary>
public sealed class KilledReceiptTests
{
    private const int Messages = 60;
    private const int Steps = 6;
    private const int Seed = 20_261_124;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Marks_of_a_direct_conversation_and_a_group_survive_a_kill_in_the_middle()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        await using var server = await ServerProcess.StartAsync(deadline.Token);
        using var http = server.CreateClient();
        var ann = await TestUser.CreateAsync(http, "ann", deadline.Token);
        var bob = await TestUser.CreateAsync(http, "bob", deadline.Token);
        await AskAsync(http, ann.Request(HttpMethod.Put, $"/v1/contacts/{bob.Id}"), deadline.Token);
        await AskAsync(http, bob.Request(HttpMethod.Put, $"/v1/contacts/{ann.Id}"), deadline.Token);
        var group = await CreateGroupAsync(http, ann, bob, deadline.Token);
        string direct;
        ulong first;
        await using (var author = await WireSession.OpenAsync(server, ann, FrameEncoding.Json, deadline.Token))
        {
            direct = (await WriteAsync(author, new() { To = bob.Id }, deadline.Token))[0].Sent.Conversation;
            first = (await WriteAsync(author, new() { Conversation = group }, deadline.Token))[0].Sent.Seq;
        }

        // In the group the creation and the adding of bob stand before the messages.
        Dictionary<string, ulong> before = new() { [direct] = 0, [group] = first - 1 };
        TestUser[] logins =
        [
            bob,
            await TestUser.LoginAsync(http, "bob", TestUser.Password, deadline.Token),
            await TestUser.LoginAsync(http, "bob", TestUser.Password, deadline.Token),
        ];
        var devices = logins.Select((login, i) => new Device(server, login, before, new Random(Seed + i))).ToList();
        var confirmed = new ConcurrentQueue<Mark>();
        var playing = devices.Select(device => device.PlayAsync(confirmed, deadline.Token)).ToList();
        while (confirmed.Count < devices.Count * before.Count * Steps / 3)
        {
            Assert.DoesNotContain(playing, each => each.IsFaulted);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token);
        }

        await server.KillAsync(deadline.Token);
        var beforeTheKill = confirmed.Count;
        Assert.Contains(playing, each => !each.IsCompleted);
        await server.RestartAsync(deadline.Token);
        await Task.WhenAll(playing);
        Assert.InRange(beforeTheKill, 1, confirmed.Count - devices.Count);
        Assert.Contains(devices, each => each.Failures > 0);

        var annAgain = await WireSession.OpenAsync(server, ann, FrameEncoding.Protobuf, deadline.Token);
        await using var closing = annAgain;
        foreach (var (conversation, offset) in before)
        {
            var marks = confirmed.Where(each => each.Conversation == conversation).ToList();
            var read = marks.Max(each => each.Read);
            var delivered = Math.Max(read, marks.Max(each => each.Delivered));
            foreach (var device in devices)
            {
                var item = await device.ReadListAsync(conversation, deadline.Token);
                Assert.Equal((delivered, read), (item.Delivered, item.Read));
                Assert.Equal(offset + Messages - read, item.Unread);
            }

            var asked = new ReadersRequest { Conversation = conversation, Seq = offset + 1 };
            var readers = await annAgain.AskAsync(new() { Readers = asked }, deadline.Token);
            Assert.True(readers.Readers is not null, readers.ToString());
            var told = readers.Readers.Members.Single(each => each.User == bob.Id);
            Assert.Equal((delivered, read), (told.Delivered, told.Read));
        }

        foreach (var device in devices)
        {
            await device.DisposeAsync();
        }
    }

    private static async Task<List<ServerFrame>> WriteAsync(
        WireSession author,
        Send where,
        CancellationToken cancellation
    )
    {
        var sends = Enumerable
            .Range(0, Messages)
            .Select(i => new ClientFrame
            {
                Send = new(where)
                {
                    Cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
                    Text = $"message {i}",
                },
            });
        var answers = await author.AskAllAsync([.. sends], cancellation);
        Assert.All(answers, answer => Assert.True(answer.Sent is not null, answer.ToString()));
        return answers;
    }

    private static async Task<string> CreateGroupAsync(
        HttpClient http,
        TestUser owner,
        TestUser member,
        CancellationToken cancellation
    )
    {
        var request = owner.Request(
            HttpMethod.Post,
            "/v1/conversations",
            new { title = "Plans", members = new[] { member.Id } }
        );
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        return (await AskAsync(http, request, cancellation)).GetProperty("conversation").GetString()!;
    }

    private static async Task<JsonElement> AskAsync(
        HttpClient http,
        HttpRequestMessage request,
        CancellationToken cancellation
    )
    {
        using (request)
        {
            using var answer = await http.SendAsync(request, cancellation);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellation));
            return
                answer.Content.Headers.ContentLength is 0 or null
                && answer.StatusCode == System.Net.HttpStatusCode.NoContent
                ? default
                : await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        }
    }

    /// <summary>A device that marks at random, and sends again what was not confirmed, as a client must.</summary>
    private sealed class Device(
        ServerProcess server,
        TestUser user,
        IReadOnlyDictionary<string, ulong> conversations,
        Random random
    ) : IAsyncDisposable
    {
        private WireSession? _session;

        /// <summary>Questions that the kill left without an answer, and connections it refused.</summary>
        public int Failures { get; private set; }

        public async Task PlayAsync(ConcurrentQueue<Mark> confirmed, CancellationToken cancellation)
        {
            for (var step = 1; step <= Steps; step++)
            {
                var most = Messages * step / Steps;
                var marks = conversations
                    .Select(each => new Mark
                    {
                        Conversation = each.Key,
                        Delivered = each.Value + (ulong)random.Next(1, most + 1),
                        Read = random.Next(2) == 0 ? 0 : each.Value + (ulong)random.Next(1, most + 1),
                    })
                    .ToList();
                await UntilConfirmedAsync(marks, cancellation);
                marks.ForEach(confirmed.Enqueue);
            }
        }

        public async Task<ConversationSummary> ReadListAsync(string conversation, CancellationToken cancellation)
        {
            var session = await ConnectAsync(cancellation);
            var list = await session.AskAsync(new() { Conversations = new() { Ids = { conversation } } }, cancellation);
            return Assert.Single(list.Conversations.Items);
        }

        public async ValueTask DisposeAsync()
        {
            if (_session is not null)
            {
                await _session.DisposeAsync();
                _session = null;
            }
        }

        private async Task UntilConfirmedAsync(List<Mark> marks, CancellationToken cancellation)
        {
            while (true)
            {
                try
                {
                    var session = await ConnectAsync(cancellation);
                    var answer = await session.AskAsync(new() { Mark = new() { Marks = { marks } } }, cancellation);
                    if (answer.Ok is not null)
                    {
                        return;
                    }

                    // Refused for a moment only, or it is wrong.
                    Assert.True(answer.Err?.Retryable, answer.ToString());
                    Failures++;
                }
                catch (Exception exception)
                    when (exception is WebSocketException or IOException or HttpRequestException)
                {
                    Failures++;
                    await DisposeAsync();
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
                }
            }
        }

        private async Task<WireSession> ConnectAsync(CancellationToken cancellation) =>
            _session ??= await WireSession.OpenAsync(server, user, FrameEncoding.Protobuf, cancellation);
    }
}
