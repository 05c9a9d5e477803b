using System.Diagnostics;
using System.Text.Json;
using Connect.Client;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Identity;

/// <summary>The life of an account through the SDK and through the terminal tool, against a real server.</summary>
public sealed class AccountLifeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Tool { get; } =
        Path.GetFullPath(
            Path.Combine(
                AppContext.BaseDirectory,
                "..",
                "..",
                "Connect.Cli",
                Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
                "connect"
            )
        );

    [Fact]
    public async Task The_SDK_lists_and_revokes_devices_changes_the_password_exports_and_deletes()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(Cancel);
        var options = new ConnectOptions(new UriBuilder(server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri)
        {
            TrustedCertificates = server.CertificateFile,
        };
        await ConnectAccount.RegisterAsync(options, "ann", TestUser.Password, Cancel);
        using var phone = await ConnectAccount.LoginAsync(options, "ann", TestUser.Password, "phone", Cancel);
        using var laptop = await ConnectAccount.LoginAsync(options, "ann", TestUser.Password, "laptop", Cancel);
        using var lost = await ConnectAccount.LoginAsync(options, "ann", TestUser.Password, "lost", Cancel);

        await laptop.RevokeDeviceAsync(lost.Device, Cancel);
        await RefusedAsync(() => lost.ListDevicesAsync(Cancel));
        var devices = await laptop.ListDevicesAsync(Cancel);
        Assert.Equal(["laptop", "phone"], devices.Select(device => device.Name).Order());
        Assert.Equal(laptop.Device, Assert.Single(devices, device => device.IsCurrent).Id);

        await RefusedAsync(() => laptop.ChangePasswordAsync("not the one", "another horse", Cancel));
        await laptop.ChangePasswordAsync(TestUser.Password, "another horse", Cancel);
        await RefusedAsync(() => phone.ListDevicesAsync(Cancel));

        using var export = new MemoryStream();
        await laptop.ExportAsync(export, Cancel);
        using var json = JsonDocument.Parse(export.ToArray());
        Assert.Equal("ann", json.RootElement.GetProperty("account").GetProperty("username").GetString());

        await laptop.DeleteAsync("another horse", Cancel);
        await RefusedAsync(() => laptop.ListDevicesAsync(Cancel));
        await RefusedAsync(() => ConnectAccount.LoginAsync(options, "ann", "another horse", null, Cancel));
    }

    [Fact]
    public async Task The_terminal_tool_lists_exports_logs_out_everywhere_and_deletes()
    {
        await using var server = await ServerProcess.StartInMemoryAsync(Cancel);
        var state = Path.Combine(server.Folder, "state");
        await RunAsync(server, state, 0, "register", "ann");
        var listed = await RunAsync(server, state, 0, "devices", "--json");
        var device = JsonDocument.Parse(listed).RootElement;
        Assert.True(device.GetProperty("current").GetBoolean());
        Assert.Contains("(this one)", await RunAsync(server, state, 0, "devices"), StringComparison.Ordinal);
        await RunAsync(server, state, 1, "devices", "revoke", "AAAAAAAAAAAAAAAAAAAAAQ");

        var file = Path.Combine(server.Folder, "export.json");
        await RunAsync(server, state, 0, "export", "--output", file);
        Assert.Contains("\"ann\"", await File.ReadAllTextAsync(file, Cancel), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await RunAsync(server, state, 1, "export", "--output", file);

        await RunAsync(server, state, 0, "logout", "--everywhere");
        await RunAsync(server, state, 3, "devices");
        await RunAsync(server, state, 0, "login", "ann");
        Assert.Contains("--yes", await RunAsync(server, state, 2, "delete-account"), StringComparison.Ordinal);
        await RunAsync(server, state, 0, "delete-account", "--yes");
        await RunAsync(server, state, 3, "login", "ann");
    }

    private static async Task<string> RunAsync(ServerProcess server, string state, int code, params string[] arguments)
    {
        var start = new ProcessStartInfo(Tool);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["CONNECT_URL"] = server.Url.ToString();
        start.Environment["CONNECT_CA"] = server.CertificateFile;
        start.Environment["CONNECT_STATE"] = state;
        start.Environment["CONNECT_PASSWORD"] = TestUser.Password;
        var (ended, said) = await ProgramRun.RunAsync(start, "", TimeSpan.FromSeconds(30));
        Assert.True(code == ended, $"connect {string.Join(' ', arguments)}: {ended}, not {code}. {said}");
        return said;
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<ConnectException>(call);
        Assert.Equal(Connect.Protocol.ErrorCode.Unauthenticated, error.Code);
    }
}
