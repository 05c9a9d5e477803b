using Connect.Client;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Clients;

/// <summary>A user with one client and all that it was told.</summary>
internal sealed class Friend(ConnectAccount account, ConnectClient client) : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly List<ConnectEvent> _seen = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;

    public string Id => account.User;

    public ConnectClient Client => client;

    /// <summary>Registers the user, and the first device.</summary>
    public static async Task<Friend> JoinAsync(ServerProcess server, string name, CancellationToken cancellation)
    {
        await ConnectAccount.RegisterAsync(OptionsOf(server), name, TestUser.Password, cancellation);
        return await LoginAsync(server, name, cancellation);
    }

    /// <summary>A device of a user who is registered.</summary>
    public static async Task<Friend> LoginAsync(ServerProcess server, string name, CancellationToken cancellation)
    {
        var options = OptionsOf(server);
        var account = await ConnectAccount.LoginAsync(options, name, TestUser.Password, null, cancellation);
        var friend = new Friend(account, new ConnectClient(options with { TokenSource = account }));
        friend._reading = friend.ReadAsync();
        friend.Client.StateChanged += (_, _) => friend.Signal();
        await friend.Client.ConnectAsync(cancellation);
        return friend;
    }

    public Task UntilAsync(Func<ConnectEvent, bool> what, CancellationToken cancellation) =>
        UntilAsync(
            () =>
            {
                lock (_seen)
                {
                    return _seen.Exists(value => what(value));
                }
            },
            cancellation
        );

    public async Task UntilAsync(Func<bool> holds, CancellationToken cancellation)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (holds())
            {
                return;
            }

            try
            {
                await changed.WaitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{account.Username} was not told; last: {string.Join(", ", _seen.TakeLast(10))}");
            }
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

    private static ConnectOptions OptionsOf(ServerProcess server) =>
        new(new UriBuilder(server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri)
        {
            TrustedCertificates = server.CertificateFile,
        };

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var value in client.EventsAsync(_over.Token))
            {
                lock (_seen)
                {
                    _seen.Add(value);
                }

                Signal();
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    private void Signal() =>
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
