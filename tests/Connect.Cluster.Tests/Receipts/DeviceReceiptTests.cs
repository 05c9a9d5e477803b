using System.Collections.Concurrent;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Receipts;

/// <summary>
/// Three devices of one user mark and lose their connections at random, against a real server: in the end all of them,
/// and the author, know the highest marks that were confirmed.
/// </summary>
public sealed class DeviceReceiptTests
{
    private const int Messages = 60;
    private const int Steps = 20;
    private const int Seed = 20_260_421;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Marks_of_three_devices_that_come_and_go_converge_to_the_highest_on_all()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        await using var server = await ServerProcess.StartAsync(deadline.Token);
        using var http = server.CreateClient();
        var ann = await TestUser.CreateAsync(http, "ann", deadline.Token);
        var bob = await TestUser.CreateAsync(http, "bob", deadline.Token);
        await BefriendAsync(http, ann, bob, deadline.Token);
        await using var author = new Device(server, ann, bob.Id, FrameEncoding.Json);
        await author.ConnectAsync(deadline.Token);
        var conversation = await author.WriteAsync(Messages, deadline.Token);

        var devices = new List<Device> { new(server, bob, bob.Id, FrameEncoding.Json) };
        for (var i = 1; i < 3; i++)
        {
            var login = await TestUser.LoginAsync(http, "bob", TestUser.Password, deadline.Token);
            devices.Add(new(server, login, bob.Id, i == 1 ? FrameEncoding.Protobuf : FrameEncoding.Json));
        }

        var confirmed = new ConcurrentBag<(ulong Delivered, ulong Read)>();
        await Task.WhenAll(
            devices.Select(
                (device, i) => device.PlayAsync(new Random(Seed + i), conversation, confirmed, deadline.Token)
            )
        );
        Assert.True(confirmed.Count > Steps, $"Only {confirmed.Count} marks were confirmed.");
        Assert.True(devices.Sum(device => device.Lost) > 5, "Nearly no connection was lost.");
        var highest = (confirmed.Max(mark => Math.Max(mark.Delivered, mark.Read)), confirmed.Max(mark => mark.Read));
        foreach (var device in devices)
        {
            await device.ConvergeAsync(conversation, highest, deadline.Token);
            await device.DisposeAsync();
        }

        // The author was connected all the time, and is told by pushes alone.
        await author.UntilToldAsync(highest, deadline.Token);
    }

    /// <summary>Strangers' marks are not told.</summary>
    private static async Task BefriendAsync(
        HttpClient http,
        TestUser one,
        TestUser other,
        CancellationToken cancellation
    )
    {
        foreach (var (user, about) in new[] { (one, other), (other, one) })
        {
            using var request = user.Request(HttpMethod.Put, $"/v1/contacts/{about.Id}");
            using var answer = await http.SendAsync(request, cancellation);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>One device, and what it knows of the marks of one user.</summary>
    private sealed class Device(ServerProcess server, TestUser user, string marked, FrameEncoding encoding)
        : IAsyncDisposable
    {
        private WireSession? _session;
        private (ulong Delivered, ulong Read) _known;

        /// <summary>Connections lost.</summary>
        public int Lost { get; private set; }

        public async Task ConnectAsync(CancellationToken cancellation) =>
            _session ??= await WireSession.OpenAsync(server, user, encoding, cancellation);

        public async Task<string> WriteAsync(int count, CancellationToken cancellation)
        {
            var sends = Enumerable
                .Range(0, count)
                .Select(i => new ClientFrame
                {
                    Send = new()
                    {
                        To = marked,
                        Cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
                        Text = $"message {i}",
                    },
                });
            var answers = await _session!.AskAllAsync([.. sends], cancellation);
            Assert.All(answers, answer => Assert.True(answer.Sent is not null, answer.ToString()));
            return answers[0].Sent.Conversation;
        }

        public async Task PlayAsync(
            Random random,
            string conversation,
            ConcurrentBag<(ulong, ulong)> confirmed,
            CancellationToken cancellation
        )
        {
            for (var step = 0; step < Steps; step++)
            {
                if (random.Next(4) == 0)
                {
                    await LoseAsync();
                    continue;
                }

                await ConnectAsync(cancellation);
                var most = Messages * (step + 1) / Steps;
                var mark = new Mark
                {
                    Conversation = conversation,
                    Delivered = (ulong)random.Next(most + 1),
                    Read = random.Next(2) == 0 ? 0 : (ulong)random.Next(most + 1),
                };
                var answer = await _session!.AskAsync(new() { Mark = new() { Marks = { mark } } }, cancellation);
                Assert.True(answer.Ok is not null, answer.ToString());
                confirmed.Add((mark.Delivered, mark.Read));
            }
        }

        /// <summary>Knows the highest: by the list when it was away, by pushes when it was not.</summary>
        public async Task ConvergeAsync(
            string conversation,
            (ulong Delivered, ulong Read) highest,
            CancellationToken cancellation
        )
        {
            if (_session is null)
            {
                await ConnectAsync(cancellation);
            }

            var list = await _session!.AskAsync(
                new() { Conversations = new() { Ids = { conversation } } },
                cancellation
            );
            var item = Assert.Single(list.Conversations.Items);
            Learn(item.Delivered, item.Read);
            await UntilToldAsync(highest, cancellation);
            Assert.Equal((uint)(Messages - (int)highest.Read), item.Unread);
        }

        public async Task UntilToldAsync((ulong Delivered, ulong Read) highest, CancellationToken cancellation)
        {
            await _session!.UntilAsync(
                () =>
                {
                    foreach (var receipt in _session.Receipts.Where(each => each.User == marked))
                    {
                        Learn(receipt.Delivered, receipt.Read);
                    }

                    return _known == highest;
                },
                () => $"the marks {highest}; known are {_known}",
                cancellation
            );
        }

        public async ValueTask DisposeAsync()
        {
            if (_session is not null)
            {
                await _session.DisposeAsync();
                _session = null;
            }
        }

        private async Task LoseAsync()
        {
            Lost += _session is null ? 0 : 1;
            await DisposeAsync();
        }

        private void Learn(ulong delivered, ulong read) =>
            _known = (Math.Max(_known.Delivered, delivered), Math.Max(_known.Read, read));
    }
}
