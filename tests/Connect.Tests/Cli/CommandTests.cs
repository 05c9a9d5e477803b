using Connect.Cli.Commands;
using Connect.Cli.Runs;
using Connect.Cli.States;
using Xunit;

namespace Connect.Tests.Cli;

/// <summary>The command line without a server: exit codes, questions, and what is kept where.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "connect-" + Path.GetRandomFileName());
    private readonly RecordedTerminal _terminal = new();

    public CommandTests() => _terminal.Variables["CONNECT_STATE"] = _folder;

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("list")]
    [InlineData("devices")]
    [InlineData("devices revoke x")]
    [InlineData("export")]
    [InlineData("delete-account")]
    [InlineData("logout --everywhere")]
    [InlineData("send bob hi")]
    [InlineData("chat bob --as alice")]
    [InlineData("contacts")]
    [InlineData("contacts add bob")]
    [InlineData("blocks remove bob")]
    [InlineData("requests accept bob")]
    [InlineData("privacy --presence off")]
    [InlineData("mute bob --hours 1")]
    [InlineData("hide group:Plans")]
    [InlineData("readers bob 7")]
    public async Task Without_a_login_the_exit_code_is_3_and_the_cure_is_named(string line)
    {
        Assert.Equal(ExitCode.LoginNeeded, await RunAsync(line));
        Assert.Contains("connect login ", _terminal.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", _terminal.Out.ToString());
    }

    [Fact]
    public async Task Without_a_server_the_exit_code_is_2()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("login alice"));
        Assert.Contains("--url", _terminal.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mute bob --hours 0")]
    [InlineData("readers bob 0")]
    public async Task What_cannot_be_meant_is_refused_before_anybody_is_asked(string line) =>
        Assert.Equal(ExitCode.Usage, await RunAsync(line));

    [Theory]
    [InlineData("help")]
    [InlineData("help readers")]
    [InlineData("help contacts add")]
    public async Task Help_says_what_the_option_says(string line)
    {
        Assert.Equal(ExitCode.Ok, await RunAsync(line));
        var said = _terminal.Out.ToString();
        var root = ConnectCommand.Create(_terminal);
        var writer = new StringWriter();
        string[] words = [.. line.Split(' ')[1..], "--help"];
        await root.Parse(words).InvokeAsync(new() { Output = writer }, TestContext.Current.CancellationToken);
        Assert.Equal(writer.ToString(), said);
        Assert.Contains("Usage:", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_on_what_is_no_command_is_refused()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("help dance"));
        Assert.Contains("There is no command dance", _terminal.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://chat.example")]
    [InlineData("ws://chat.example")]
    public async Task A_server_without_TLS_is_refused(string url)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync($"login alice --url {url}"));
        Assert.Contains("https://", _terminal.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_nobody_can_be_asked_for_is_a_login_needed()
    {
        Assert.Equal(ExitCode.LoginNeeded, await RunAsync("login alice --url https://127.0.0.1:1"));
        Assert.Contains("CONNECT_PASSWORD", _terminal.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_exit_code_4_and_nobody_is_logged_in_by_it()
    {
        _terminal.Variables["CONNECT_PASSWORD"] = "secret password";
        Assert.Equal(ExitCode.Unreachable, await RunAsync("login alice --url https://127.0.0.1:1"));
        Assert.Null(new StateFolder(_folder).ReadCurrentUser());
        Assert.False(new StateFolder(_folder).Of("alice").Exists);
    }

    [Fact]
    public async Task A_new_password_is_asked_for_twice_and_an_old_one_once()
    {
        var terminal = new RecordedTerminal(password: "secret password");
        terminal.Variables["CONNECT_STATE"] = _folder;
        terminal.Variables["CONNECT_URL"] = "https://127.0.0.1:1";
        Assert.Equal(ExitCode.Unreachable, await RunAsync("register alice", terminal));
        Assert.Equal(ExitCode.Unreachable, await RunAsync("login alice", terminal));
        Assert.Equal(["New password for alice: ", "Repeat the password: ", "Password for alice: "], terminal.Questions);
    }

    [Theory]
    [InlineData("chat.example", "wss://chat.example/v1/connect")]
    [InlineData("https://chat.example", "wss://chat.example/v1/connect")]
    [InlineData("https://chat.example:8443/", "wss://chat.example:8443/v1/connect")]
    [InlineData("localhost:8443", "wss://localhost:8443/v1/connect")]
    [InlineData("wss://chat.example/behind/v1/connect", "wss://chat.example/behind/v1/connect")]
    public void A_server_is_named_by_host_address_or_socket(string text, string socket) =>
        Assert.Equal(new Uri(socket), new Uri(ServerAddress.ToSocketUrl(text)));

    [Fact]
    public async Task Two_at_a_time_are_two_devices_and_a_free_one_is_taken_again()
    {
        var user = new StateFolder(_folder).Of("alice");
        var (first, one) = user.OpenFreeStore();
        var (second, two) = user.OpenFreeStore();
        Assert.Equal((0, 1), (one, two));
        await first.DisposeAsync();
        var (again, zero) = user.OpenFreeStore();
        Assert.Equal(0, zero);
        await again.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task A_name_stays_below_the_folder_whatever_it_is()
    {
        foreach (var name in new[] { "..", "../x", "/tmp/x", "Alice" })
        {
            var user = new StateFolder(_folder).Of(name);
            var (store, _) = user.OpenFreeStore();
            await store.DisposeAsync();
            user.WriteServer(new("wss://chat.example/v1/connect", null));
            Assert.True(new StateFolder(_folder).Of(name.ToUpperInvariant()).Exists);
        }

        Assert.Equal(4, Directory.GetDirectories(_folder).Length);
    }

    private async Task<int> RunAsync(string line, RecordedTerminal? terminal = null)
    {
        var cancelled = TestContext.Current.CancellationToken;
        return await ConnectCommand
            .Create(terminal ?? _terminal)
            .Parse(line.Split(' '))
            .InvokeAsync(cancellationToken: cancelled);
    }
}
