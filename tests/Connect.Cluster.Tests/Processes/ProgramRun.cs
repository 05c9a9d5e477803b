using System.Diagnostics;

namespace Connect.Cluster.Tests.Processes;

/// <summary>Runs a program to its end.</summary>
internal static class ProgramRun
{
    /// <summary>Gives its exit code and all it said; kills it when it does not end in time.</summary>
    public static async Task<(int Code, string Said)> RunAsync(ProcessStartInfo start, string input, TimeSpan limit)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"{start.FileName} did not end within {limit}: {await output}{await errors}");
        }

        return (process.ExitCode, await output + await errors);
    }
}
