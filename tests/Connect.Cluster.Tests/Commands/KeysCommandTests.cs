using Connect.Cluster.Tests.Processes;
using Connect.Server.Commands;
using Xunit;

namespace Connect.Cluster.Tests.Commands;

/// <summary><c>connect-server keys init</c>, and a server that starts with what it made.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("connect-keys-").FullName;

    private string KeyPath => Path.Combine(_folder, "keys", "connect.keys");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Keys_are_made_for_their_owner_alone_once_and_a_server_uses_them()
    {
        var (code, said, errors) = await InitAsync($"--Keys:File={KeyPath}");
        Assert.Equal((ServerExitCode.Done, ""), (code, errors));
        Assert.Contains(KeyPath, said, StringComparison.Ordinal);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(KeyPath));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(KeyPath)!));
        var made = await File.ReadAllBytesAsync(KeyPath, TestContext.Current.CancellationToken);

        (code, said, errors) = await InitAsync($"--Keys:File={KeyPath}");
        Assert.Equal((ServerExitCode.Failed, ""), (code, said));
        Assert.Contains("already exists. It is never replaced", errors, StringComparison.Ordinal);
        Assert.Contains(KeyPath, errors, StringComparison.Ordinal);

        await using var server = await ServerProcess.StartAsync(
            TestContext.Current.CancellationToken,
            $"--Keys:File={KeyPath}"
        );
        using var client = server.CreateClient();
        await TestUser.CreateAsync(client, UserNames.New(), TestContext.Current.CancellationToken);
        Assert.Equal(made, await File.ReadAllBytesAsync(KeyPath, TestContext.Current.CancellationToken));

        // Its store has keys; others would be of no use to it.
        (code, _, errors) = await InitAsync($"--Data={Path.Combine(server.Folder, "data")}", "--Keys:File=/other.keys");
        Assert.Equal(ServerExitCode.Failed, code);
        Assert.Contains("contains a store", errors, StringComparison.Ordinal);
        Assert.False(File.Exists("/other.keys"));
    }

    [Fact]
    public async Task Keys_among_the_data_and_for_memory_are_refused()
    {
        var inside = Path.Combine(_folder, "data", "connect.keys");
        var (code, _, errors) = await InitAsync($"--Keys:File={inside}");
        Assert.Equal(ServerExitCode.Failed, code);
        Assert.Contains("inside the data folder", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(inside));

        (code, _, errors) = await InitAsync("--Data=:memory:");
        Assert.Equal(ServerExitCode.NotAllowed, code);
        Assert.Contains("Setting Data:", errors, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Said, string Errors)> InitAsync(params string[] settings)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        string[] arguments = ["keys", "init", $"--Data={Path.Combine(_folder, "data")}", .. settings];
        var code = await ServerCommand.RunAsync(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
