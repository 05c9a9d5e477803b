using System.Globalization;
using Connect.PathCount;

// `./dev path-files` calls both. Exit codes: 0 done, 1 failed, 2 the arguments make no sense.
switch (args)
{
    case ["run", var data, var messages, var seconds]:
        var length = await CountedRun.RunAsync(
            data,
            int.Parse(messages, CultureInfo.InvariantCulture),
            TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))
        );
        await File.WriteAllTextAsync(
            data + ".seconds",
            length.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)
        );
        // The server runs in a thread of its own, and nobody needs its shutdown.
        Environment.Exit(0);
        return 0;
    case ["compare", var root, var messages, var idle, var busy, .. var options]:
        var path = PathFiles.Between(
            LineHits.Read(File.ReadAllText(idle), root),
            LineHits.Read(File.ReadAllText(busy), root),
            int.Parse(messages, CultureInfo.InvariantCulture)
        );
        Console.WriteLine(options is ["--json"] ? path.ToJson() : path.ToText());
        return path.EveryMessage.Count > 0 ? 0 : 1;
    default:
        await Console.Error.WriteLineAsync(
            "connect-path-count run DATA MESSAGES SECONDS | compare ROOT MESSAGES IDLE.json BUSY.json [--json]"
        );
        return 2;
}
