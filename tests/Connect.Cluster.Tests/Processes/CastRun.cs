using Connect.LoadGen.Checking;
using Connect.LoadGen.Servers;
using Connect.LoadGen.Smoke;
using Xunit;

namespace Connect.Cluster.Tests.Processes;

/// <summary>A server of its own, two users with two devices each, and a deadline that says what was missing.</summary>
internal sealed class CastRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit;

    private CastRun(ThrowAwayServer server, TimeSpan limit)
    {
        Server = server;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _limit.CancelAfter(limit);
    }

    public ThrowAwayServer Server { get; }

    public SmokeCast Cast { get; private set; } = null!;

    public CancellationToken Deadline => _limit.Token;

    public static Task<CastRun> StartAsync(
        string program,
        TimeSpan limit,
        params (string Name, string Value)[] environment
    ) => StartWithAsync(program, limit, [], environment);

    /// <summary>The same with settings of its own, as <c>--Name=value</c>.</summary>
    public static async Task<CastRun> StartWithAsync(
        string program,
        TimeSpan limit,
        string[] settings,
        params (string Name, string Value)[] environment
    )
    {
        var run = new CastRun(new ThrowAwayServer(program), limit);
        try
        {
            foreach (var setting in settings)
            {
                run.Server.Arguments.Add(setting);
            }

            foreach (var (name, value) in environment)
            {
                run.Server.Environment[name] = value;
            }

            await run.Server.StartAsync(run.Deadline);
            run.Cast = await SmokeCast.JoinAsync(run.Server.Url, run.Server.CertificateFile, 2, run.Deadline);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs a part of a test; when the deadline passes, says how each device stands and what the server said.
    /// </summary>
    public async Task DuringAsync(Func<Task> part, string what)
    {
        try
        {
            await part().WaitAsync(Deadline);
        }
        catch (OperationCanceledException) when (_limit.IsCancellationRequested)
        {
            Assert.Fail($"{what}: not in time. {Cast.State}\n{Server.LastLines()}");
        }
    }

    /// <summary>
    /// Every device, and the history on demand, holds the same dense sequence with all that was sent.
    /// </summary>
    public async Task CheckAsync(int sent)
    {
        await DuringAsync(() => Cast.CatchUpAsync(Deadline), "every device holds everything acknowledged");
        var verdict = HistoryChecker.Check(await Cast.HistoryAsync(Deadline));
        Assert.True(
            verdict.IsClean,
            $"{verdict.Acked} of {verdict.Sent} acknowledged; {string.Join("; ", verdict.Problems)}\n"
                + Server.LastLines()
        );
        Assert.Equal(sent, verdict.Sent);
    }

    public async ValueTask DisposeAsync()
    {
        if (Cast is { } cast)
        {
            await cast.DisposeAsync();
        }

        await Server.DisposeAsync();
        _limit.Dispose();
    }
}
