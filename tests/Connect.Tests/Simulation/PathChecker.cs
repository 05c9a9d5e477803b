using System.Text;
using Connect.Contracts.Identifiers;

namespace Connect.Tests.Simulation;

/// <summary>Compares the log with what everybody was told: the promises of docs/architecture.md, one by one.</summary>
internal static class PathChecker
{
    public static void Check(SimulatedWorld world, List<SimulatedDevice> devices)
    {
        var log = world.ReadLog();
        var seqs = new Dictionary<Cid, long>();
        for (var i = 0; i < log.Length; i++)
        {
            if (log[i].Seq != i + 1)
            {
                world.Violations.Add($"The order is not dense: entry {i + 1} has seq {log[i].Seq}.");
            }

            if (i > 0 && log[i].Time < log[i - 1].Time)
            {
                world.Violations.Add($"Time went back at seq {log[i].Seq}.");
            }

            if (!seqs.TryAdd(log[i].Cid, log[i].Seq))
            {
                world.Violations.Add($"The message {log[i].Cid} is there twice.");
            }
        }

        var texts = log.GroupBy(entry => Encoding.UTF8.GetString(entry.Body.Span)).Where(same => same.Count() > 1);
        world.Violations.AddRange(texts.Select(same => $"The text '{same.Key}' is there {same.Count()} times."));

        foreach (var ((_, cid), seq) in world.Answered)
        {
            if (seqs.GetValueOrDefault(cid) != seq)
            {
                world.Violations.Add($"The message {cid} was answered with seq {seq} and is not there.");
            }
        }

        foreach (var device in devices)
        {
            CheckDevice(world, device, seqs);
        }
    }

    private static void CheckDevice(SimulatedWorld world, SimulatedDevice device, Dictionary<Cid, long> seqs)
    {
        foreach (var (cid, seq) in device.Acknowledged)
        {
            if (seqs.GetValueOrDefault(cid) != seq)
            {
                world.Violations.Add($"{device.Name}: {cid} was acknowledged as seq {seq} and is not there.");
            }
        }

        long last = 0;
        foreach (var cid in device.Composed)
        {
            if (seqs.TryGetValue(cid, out var seq))
            {
                if (seq < last)
                {
                    world.Violations.Add($"{device.Name}: seq {seq} was sent after seq {last}.");
                }

                last = seq;
            }
        }

        foreach (var entry in world.ReadLog())
        {
            var text = Encoding.UTF8.GetString(entry.Body.Span);
            if (device.Entries.TryGetValue(entry.Seq, out var held) && held != (entry.From, entry.Cid, text))
            {
                world.Violations.Add($"{device.Name}: holds '{held.Text}' at seq {entry.Seq}, the log '{text}'.");
            }
        }

        var members = world.Load()?.Members;
        var read = members?.FirstOrDefault(member => member.User == device.User)?.Marks.Read ?? 0;
        if (read < device.ConfirmedRead)
        {
            world.Violations.Add($"{device.Name}: mark {device.ConfirmedRead} was confirmed and {read} is stored.");
        }
    }
}
