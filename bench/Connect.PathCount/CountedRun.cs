using System.Diagnostics;

namespace Connect.PathCount;

/// <summary>
/// A server in this process and two users who are connected to it. After a warm-up the counters start at zero, and one
/// user sends so many messages to the other, or none, in a given time.
/// </summary>
internal static class CountedRun
{
    /// <summary>Enough for every cache and every lazily made object on the way.</summary>
    private const int WarmUpMessages = 100;

    /// <summary>What a server does once, or a few seconds after the last message, is over by then.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>How long was counted: the given time, or longer when the messages took longer than that.</summary>
    public static async Task<TimeSpan> RunAsync(string data, int messages, TimeSpan length)
    {
        using var deadline = new CancellationTokenSource(Deadline + length);
        var cancellationToken = deadline.Token;
        var server = await HostedServer.StartAsync(data, cancellationToken);
        await using var sender = await ChatUser.JoinAsync(server, "sender", cancellationToken);
        await using var receiver = await ChatUser.JoinAsync(server, "receiver", cancellationToken);
        await MakeContactsAsync(sender, receiver, cancellationToken);
        await SendAsync(sender, receiver, WarmUpMessages, TimeSpan.Zero, cancellationToken);
        await Task.Delay(Settling, TimeProvider.System, cancellationToken);

        HitCounters.Reset();
        var start = Stopwatch.GetTimestamp();
        // The last third is silent, so that what follows a message a little later falls into the same time.
        await SendAsync(sender, receiver, messages, length * 2 / 3, cancellationToken);
        var left = length - Stopwatch.GetElapsedTime(start);
        await Task.Delay(left > length / 3 ? left : length / 3, TimeProvider.System, cancellationToken);
        HitCounters.Write();
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Between contacts a message is no message request.</summary>
    private static async Task MakeContactsAsync(ChatUser one, ChatUser other, CancellationToken cancellationToken)
    {
        await one.AddContactAsync(other, cancellationToken);
        await other.AddContactAsync(one, cancellationToken);
    }

    /// <summary>One message at a time, evenly; the next one leaves when both have heard of this one.</summary>
    private static async Task SendAsync(
        ChatUser sender,
        ChatUser receiver,
        int count,
        TimeSpan time,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            await sender.SendAsync(receiver, $"Message {i}", cancellationToken);
            await receiver.ReceiveAsync($"Message {i}", cancellationToken);
            var early = (time * (i + 1) / count) - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, TimeProvider.System, cancellationToken);
            }
        }
    }
}
