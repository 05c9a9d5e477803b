using Connect.Cli.States;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Protocol;

namespace Connect.Cli.Runs;

/// <summary>A logged-in device from the state folder, with its client.</summary>
internal sealed class Device : IAsyncDisposable
{
    private Device(FileConnectStore store, KnownNames names, ConnectAccount account, ConnectClient client)
    {
        Store = store;
        Names = names;
        Account = account;
        Client = client;
    }

    public ConnectAccount Account { get; }

    public ConnectClient Client { get; }

    public FileConnectStore Store { get; }

    public KnownNames Names { get; }

    /// <summary>
    /// Opens the first free device. If it has no login yet, it logs in with the password: each device has a secret of
    /// its own, and two processes must not share one.
    /// </summary>
    /// <param name="run">The run of the command.</param>
    /// <param name="check">
    /// Ask the server whether the login is still valid, and ask for the password if not. Otherwise open at once.
    /// </param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<Device> OpenAsync(CommandRun run, CancellationToken cancellationToken, bool check = true)
    {
        var user = run.CurrentUser;
        var server = run.ServerOf(user);
        var (store, number) = user.OpenFreeStore();
        ConnectAccount? account = null;
        try
        {
            var options = CommandRun.Options(server) with { Store = store };
            account =
                await OpenAccountAsync(options, check, cancellationToken)
                ?? await LoginAsync(run, options, user.Username, number, cancellationToken);
            var client = new ConnectClient(options with { TokenSource = account });
            return new(store, user.OpenNames(), account, client);
        }
        catch
        {
            account?.Dispose();
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects. Throws if the user has to act; returns when live or when it will take longer.</summary>
    public Task<ConnectionState> ConnectAsync(CancellationToken cancellationToken) =>
        Client.ConnectAsync(cancellationToken);

    /// <summary>Waits until the client is live.</summary>
    public async Task LiveAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var live = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnChanged(object? sender, StateChange change) => Settle(live, change.State, change.Error);

        Client.StateChanged += OnChanged;
        try
        {
            Settle(live, await Client.ConnectAsync(cancellationToken), Client.Error);
            await live.Task.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            var reason = Client.Error?.Message ?? "The server did not answer in time.";
            throw new CommandException(ExitCode.Unreachable, $"Cannot connect to the server. {reason}");
        }
        finally
        {
            Client.StateChanged -= OnChanged;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Account.Dispose();
        await Store.DisposeAsync();
    }

    private static void Settle(TaskCompletionSource live, ConnectionState state, ConnectException? error)
    {
        if (state == ConnectionState.Live)
        {
            live.TrySetResult();
        }
        else if (state == ConnectionState.Offline && error is not null)
        {
            live.TrySetException(error);
        }
    }

    /// <summary>The stored login; null when there is none or the server no longer accepts it.</summary>
    private static async Task<ConnectAccount?> OpenAccountAsync(
        ConnectOptions options,
        bool check,
        CancellationToken cancellationToken
    )
    {
        var account = await ConnectAccount.OpenAsync(options, cancellationToken);
        if (account is null || !check)
        {
            return account;
        }

        try
        {
            await account.GetTokenAsync(renew: false, cancellationToken);
            return account;
        }
        catch (ConnectException error) when (error.Retryable)
        {
            // The server is unreachable for now: messages wait in the outbox.
            return account;
        }
        catch (ConnectException error) when (error.Code == ErrorCode.Unauthenticated)
        {
            account.Dispose();
            return null;
        }
        catch
        {
            account.Dispose();
            throw;
        }
    }

    private static async Task<ConnectAccount> LoginAsync(
        CommandRun run,
        ConnectOptions options,
        string username,
        int number,
        CancellationToken cancellationToken
    )
    {
        var why = number == 0 ? "" : " (another process is running, so this one becomes a new device)";
        var password = await run.PasswordAsync($"Password for {username}{why}: ", twice: false, cancellationToken);
        try
        {
            return await ConnectAccount.LoginAsync(options, username, password, DeviceName(number), cancellationToken);
        }
        catch (ConnectException error) when (error.Code == ErrorCode.Unauthenticated)
        {
            throw new CommandException(ExitCode.LoginNeeded, error.Message);
        }
    }

    public static string DeviceName(int number) => $"connect {Environment.MachineName} {number}";
}
