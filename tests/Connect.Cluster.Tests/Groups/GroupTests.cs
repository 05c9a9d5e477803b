using System.Collections.Concurrent;
using Connect.Client;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.V1;
using Xunit;
using Conversation = Connect.Client.Conversation;

namespace Connect.Cluster.Tests.Groups;

/// <summary>A group of SDK clients against a real server, which dies in the middle.</summary>
public sealed class GroupTests
{
    private const int MessagesEach = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task All_see_one_order_through_a_kill_and_the_removed_see_nothing_after_their_removal()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        var cancellation = deadline.Token;
        await using var server = await ServerProcess.StartAsync(cancellation);
        await using var ann = await Person.JoinAsync(server, "ann", cancellation);
        await using var bob = await Person.JoinAsync(server, "bob", cancellation);
        await using var cleo = await Person.JoinAsync(server, "cleo", cancellation);

        var room = await ann.Client.CreateGroupAsync("Plans", [bob.Id, cleo.Id], cancellation);
        foreach (var invited in new[] { bob, cleo })
        {
            var invite = Assert.Single(await invited.Client.InvitesAsync(cancellation));
            Assert.Equal(("Plans", ann.Id), (invite.Title, invite.InvitedBy));
            await invited.Client.AcceptInviteAsync(invite.Conversation, cancellation);
        }

        Person[] all = [ann, bob, cleo];
        var sending = all.Select(person => person.SendAsync(room.Id, MessagesEach, cancellation)).ToList();
        await ann.UntilAsync(seen => seen.Count > MessagesEach, "the middle of the talk", cancellation);
        await server.KillAsync(cancellation);
        Assert.Contains(sending, each => !each.IsCompleted);
        await server.RestartAsync(cancellation);
        await Task.WhenAll(sending);
        foreach (var person in all)
        {
            await person.UntilAsync(seen => Texts(seen) == 3 * MessagesEach, "all messages", cancellation);
        }

        await room.RemoveMemberAsync(cleo.Id, cancellation);
        await room.SendAsync("without cleo", cancellation);
        await bob.UntilAsync(
            seen => seen.Values.Any(each => each.Text == "without cleo"),
            "the last one",
            cancellation
        );
        await cleo.UntilAsync(seen => seen.Values.Any(IsRemoval), "the removal", cancellation);

        var log = ann.Seen;
        Assert.Equal(Enumerable.Range(1, log.Count).Select(seq => (long)seq), log.Keys.Order());
        Assert.All(bob.Seen.Concat(cleo.Seen), each => Assert.Equal(log[each.Key].ToString(), each.Value.ToString()));
        Assert.All(bob.Seen.Concat(cleo.Seen), each => Assert.Equal(log[each.Key].Text, each.Value.Text));
        var removal = log.Values.Single(IsRemoval).Seq;
        Assert.Equal(removal, cleo.Seen.Keys.Max());
        Assert.Equal(log.Count, bob.Seen.Keys.Max());
        var refused = await Assert.ThrowsAsync<ConnectException>(() =>
            cleo.Client.Conversation(room.Id).SendAsync("still here?", cancellation)
        );
        Assert.Equal(Protocol.ErrorCode.NotMember, refused.Code);
    }

    private static bool IsRemoval(Client.Entry entry) => entry.Kind == EntryKind.Removed;

    private static int Texts(ConcurrentDictionary<long, Client.Entry> seen) =>
        seen.Values.Count(each => each.Kind == EntryKind.Message);

    /// <summary>A user with one client, which writes down each entry it is given.</summary>
    private sealed class Person(ConnectAccount account, ConnectClient client) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _over = new();
        private Task _reading = Task.CompletedTask;

        public string Id => account.User;

        public ConnectClient Client => client;

        public ConcurrentDictionary<long, Client.Entry> Seen { get; } = new();

        public static async Task<Person> JoinAsync(ServerProcess server, string name, CancellationToken cancellation)
        {
            var options = new ConnectOptions(new UriBuilder(server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri)
            {
                TrustedCertificates = server.CertificateFile,
            };
            await ConnectAccount.RegisterAsync(options, name, TestUser.Password, cancellation);
            var account = await ConnectAccount.LoginAsync(options, name, TestUser.Password, "device", cancellation);
            var client = new ConnectClient(options with { TokenSource = account });
            var person = new Person(account, client);
            await client.ConnectAsync(cancellation);
            person._reading = person.ReadAsync();
            return person;
        }

        public async Task SendAsync(string room, int count, CancellationToken cancellation)
        {
            Conversation conversation = client.Conversation(room);
            for (var i = 1; i <= count; i++)
            {
                await conversation.SendAsync($"{Id} {i}", cancellation);
            }
        }

        public async Task UntilAsync(
            Func<ConcurrentDictionary<long, Client.Entry>, bool> condition,
            string missing,
            CancellationToken cancellation
        )
        {
            while (!condition(Seen))
            {
                Assert.False(cancellation.IsCancellationRequested, $"Missing: {missing}; seen are {Seen.Count}.");
                Assert.False(_reading.IsFaulted, _reading.Exception?.ToString());
                await Task.Yield();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _reading;
            await client.DisposeAsync();
            account.Dispose();
            _over.Dispose();
        }

        private async Task ReadAsync()
        {
            try
            {
                await foreach (var happened in client.EventsAsync(_over.Token))
                {
                    var entry = happened switch
                    {
                        MessageReceived message => message.Entry,
                        EntryReceived other => other.Entry,
                        _ => null,
                    };
                    if (entry is not null)
                    {
                        Assert.True(Seen.TryAdd(entry.Seq, entry), $"{entry.Seq} was given twice.");
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The end of the test.
            }
        }
    }
}
