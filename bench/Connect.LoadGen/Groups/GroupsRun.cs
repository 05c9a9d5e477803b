using System.Globalization;
using Connect.LoadGen.Checking;
using Connect.LoadGen.Load;
using Connect.LoadGen.Measuring;

namespace Connect.LoadGen.Groups;

/// <summary>
/// A group of hundreds: everybody sends, reads, marks and types; random devices lose their connection and come back,
/// some read nothing for most of it. In the end all must hold the same, and know of each other that they do.
/// </summary>
internal sealed class GroupsRun : IAsyncDisposable
{
    /// <summary>Messages of all members together that are on their way at once.</summary>
    private const int Window = 32;

    private static readonly TimeSpan TickTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CutPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestAbsence = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(60);

    private readonly GroupsPlan _plan;
    private readonly LoadServer _server;
    private readonly SemaphoreSlim _window;
    private readonly GroupTotals _totals;
    private readonly Random _random;
    private readonly List<GroupDevice> _devices = [];
    private readonly List<GroupDevice> _slow = [];
    private readonly List<string> _failures = [];
    private readonly CancellationTokenSource _ending = new();
    private Task _lives = Task.CompletedTask;
    private Task _ticking = Task.CompletedTask;
    private volatile bool _isOver;
    private long _start;
    private TimeSpan _loaded;
    private int _diverged;

    private GroupsRun(GroupsPlan plan, LoadServer server)
    {
        (_plan, _server) = (plan, server);
        _window = new(Window);
        _totals = new(_window);
        _random = new(plan.Seed);
    }

    /// <summary>Runs it. A fault of the product is in the report; what made the run impossible is thrown.</summary>
    public static async Task<GroupsReport> ExecuteAsync(GroupsPlan plan, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(plan.Limit);
        await using var server = await LoadServer.StartAsync(plan.ServerProgram, [], limit.Token);
        await using var run = new GroupsRun(plan, server);
        try
        {
            await run.RunAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            run._failures.Add($"not done after {plan.Limit}: {run.State}");
        }

        run.Settle();
        return new(
            plan,
            run._totals,
            run._diverged,
            ProcessMemory.ReadPeak(server.Process.ProcessId),
            [.. run._failures, .. run._totals.Failures.Take(10)],
            run._loaded,
            TimeProvider.System.GetElapsedTime(start)
        );
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await _ending.CancelAsync();
        _devices.ForEach(device => device.End());
        try
        {
            await Task.WhenAll(_lives, _ticking);
        }
        catch (OperationCanceledException)
        {
            // Those that were away do not come back.
        }

        _ending.Dispose();
        _window.Dispose();
    }

    private string State =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_totals.Acked} of {_totals.Sent} acknowledged, {_devices.Count(device => device.IsLive)} devices live"
        );

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await GatherAsync(cancellationToken);
        _start = TimeProvider.System.GetTimestamp();
        await LoadAsync(cancellationToken);
        await WaitAsync("is back", device => device.IsLive, cancellationToken);
        await SendAsync([.. Shuffled().Take(_plan.LastLap)], cancellationToken);
        var head = _devices.Max(device => device.OwnNewest);
        await WaitAsync("has every entry", device => device.Position >= head, cancellationToken);
        _loaded = TimeProvider.System.GetElapsedTime(_start);
        await WaitAsync("has marked everything", device => device.HasMarked(head), cancellationToken);
        await ConvergeAsync(head, cancellationToken);
    }

    /// <summary>Accounts, the group, and everybody online.</summary>
    private async Task GatherAsync(CancellationToken cancellationToken)
    {
        var users = new LoadUser[_plan.Members];
        for (var i = 0; i < users.Length; i++)
        {
            users[i] = _server.NewUser(string.Create(CultureInfo.InvariantCulture, $"member-{i}"));
        }

        await _server.MakeAccountsAsync(users, cancellationToken);
        var conversation = await _server.CreateGroupAsync("everybody", users, cancellationToken);
        var order = new SharedOrder();
        for (var i = 0; i < users.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"member {i}");
            var log = new DeviceLog(name, users.Length, order, _totals.Faults, own: i);
            _devices.Add(new(users[i], conversation, i, log, _totals, _plan.TextLength));
        }

        _slow.AddRange(_devices.TakeLast(_plan.SlowReaders));
        _slow.ForEach(device => device.BeSlow());
        _lives = Task.WhenAll(_devices.Select(device => device.LiveAsync(_ending.Token)));
        await WaitAsync("is online", device => device.IsLive, cancellationToken);
        _ticking = TickAsync(cancellationToken);
    }

    /// <summary>All but the last lap, with cuts; in the middle of it some do not read.</summary>
    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var cutting = CutAsync(calm.Token);
        var messages = _plan.Messages - _plan.LastLap;
        var senders = _devices.Except(_slow).ToList();
        var slowFrom = messages / 20;
        await SendAsync([.. Senders(senders, slowFrom)], cancellationToken);
        _slow.ForEach(device => device.StopReading());
        await SendAsync([.. Senders(senders, messages - slowFrom)], cancellationToken);
        await calm.CancelAsync();
        await cutting;

        // Before they read on: nobody else may lack anything because of them.
        var head = _devices.Max(device => device.OwnNewest);
        await WaitAsync("has it all", device => device.Position >= head || device.WasSlow, cancellationToken);
        _slow.ForEach(device => device.ReadOn());
        await WaitAsync("is back", device => device.IsLive && device.Position >= head, cancellationToken);
        if (_totals.Returns == 0)
        {
            _failures.Add("nobody lost a connection");
        }

        foreach (var device in _slow.Where(device => !device.WasShed))
        {
            _failures.Add($"{device.Name} read nothing for most of the run, and yet there was room for all of it");
        }
    }

    private IEnumerable<GroupDevice> Senders(List<GroupDevice> from, int count)
    {
        while (count > 0)
        {
            foreach (var device in _random.GetItems(from.ToArray(), Math.Min(count, from.Count)))
            {
                yield return device;
                count--;
            }
        }
    }

    private GroupDevice[] Shuffled()
    {
        var all = _devices.ToArray();
        _random.Shuffle(all);
        return all;
    }

    /// <summary>One message of each; returns when all are acknowledged.</summary>
    private async Task SendAsync(IReadOnlyCollection<GroupDevice> senders, CancellationToken cancellationToken)
    {
        foreach (var device in senders)
        {
            await _window.WaitAsync(cancellationToken);
            device.Send();
        }

        for (var i = 0; i < Window; i++)
        {
            await _window.WaitAsync(cancellationToken);
        }

        _window.Release(Window);
    }

    private async Task CutAsync(CancellationToken cancellationToken)
    {
        var random = new Random(_plan.Seed + 1);
        using var timer = new PeriodicTimer(CutPause);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var absence = ShortestAbsence + (random.NextDouble() * (LongestAbsence - ShortestAbsence));
                _devices[random.Next(_devices.Count)].Cut(absence);
            }
        }
        catch (OperationCanceledException)
        {
            // From here on everybody stays.
        }
    }

    /// <summary>The clock of all devices; some type, some have not seen all that they hold.</summary>
    private async Task TickAsync(CancellationToken cancellationToken)
    {
        var random = new Random(_plan.Seed + 2);
        using var timer = new PeriodicTimer(TickTime);
        try
        {
            while (!_isOver && await timer.WaitForNextTickAsync(cancellationToken))
            {
                var isSettling = _loaded > TimeSpan.Zero;
                foreach (var device in _devices)
                {
                    device.Tick(isSettling ? 0 : random.Next(20));
                    if (!isSettling && random.Next(200) == 0)
                    {
                        device.Type(random.Next(3) > 0);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <summary>
    /// What each device was told, by push or by the list, is what must be true: all have read everything.
    /// </summary>
    private async Task ConvergeAsync(long head, CancellationToken cancellationToken)
    {
        var others = (uint)_plan.Members - 1;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SettleTime);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        List<GroupDevice> behind = [.. _devices];
        try
        {
            while (behind.Count > 0)
            {
                behind.ForEach(device => device.AskList());
                await timer.WaitForNextTickAsync(limit.Token);
                behind.RemoveAll(device => HasConverged(device, head, others));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _failures.Add($"{behind[0].Name} was told {behind[0].Told} of {behind[0].OwnNewest}: {behind[0].Summary}");
        }

        _diverged = behind.Count;
    }

    /// <summary>
    /// Receipts are not stored: what was pushed of an older message while its author was away nobody tells again.
    /// </summary>
    private static bool HasConverged(GroupDevice device, long head, uint others) =>
        device.Summary is { } summary
        && summary.Head == (ulong)head
        && summary.Delivered == (ulong)head
        && summary.Read == (ulong)head
        && summary.Unread == 0
        && (device.OwnNewest <= head - GroupsPlan.MostCounted || device.Told == (others, others));

    private async Task WaitAsync(string what, Predicate<GroupDevice> isTrue, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SettleTime);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        List<GroupDevice> waiting = [.. _devices];
        try
        {
            while (waiting.RemoveAll(isTrue) >= 0 && waiting.Count > 0)
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _failures.Add($"not true after {SettleTime} of {waiting.Count} devices, as {waiting[0].Name}: {what}");
        }
    }

    private void Settle()
    {
        int[] sent = [.. _devices.Select(device => device.Sent)];
        _devices.ForEach(device => device.Settle(sent));
    }
}
