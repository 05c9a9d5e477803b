using Connect.Contracts.Storage;
using Connect.Doors.Limits;
using Connect.Server.Configuration;
using Connect.Server.Health;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Connect.Cluster.Tests.Http;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Listen=http://127.0.0.1:0", "Listen:")]
    [InlineData("Listen=https://127.0.0.1", "Listen:")]
    [InlineData("Listen=https://host.example:1", "Listen:")]
    [InlineData("Listen=https://127.0.0.1:70000", "Listen:")]
    [InlineData("Listen=", "Listen:")]
    [InlineData("Data=", "Data:")]
    [InlineData("MaxConnections=0", "MaxConnections:")]
    [InlineData("Cluster:SiloPort=-1", "Cluster:SiloPort:")]
    [InlineData("Tls:CertificateFile=/no/such/file", "Tls:CertificateFile:")]
    [InlineData("Tls:KeyFile=/dev/null", "Tls:CertificateFile:")]
    [InlineData("Tls:ReloadSeconds=0", "Tls:ReloadSeconds:")]
    [InlineData("Identity:HashQueue=0", "Identity:HashQueue:")]
    [InlineData("Identity:HashQueue=many", "Identity:HashQueue")]
    [InlineData("Identity:Issuer= ", "Identity:Issuer:")]
    [InlineData("Gateway:InFlight=0", "Gateway:InFlight:")]
    [InlineData("Gateway:PingInterval=-00:00:01", "Gateway:PingInterval:")]
    [InlineData("Store:CacheBytes=1", "Store:CacheBytes:")]
    [InlineData("Store:HistoryRetention=01:00:00", "Store:HistoryRetention: expected 00:00:00, or at least 1.00:00:00")]
    [InlineData("Log:Format=xml", "Log:Format:")]
    [InlineData("Log:Level=loud", "Log:Level")]
    [InlineData("Tls:CertifcateFile=x", "Tls:CertifcateFile: there is no such setting.")]
    [InlineData("Listem=x", "Listem: there is no such setting. Did you mean Listen?")]
    [InlineData("HashQueue=5", "HashQueue: there is no such setting. Did you mean Identity:HashQueue?")]
    [InlineData(
        "Gateway:SyncWindow=1.00:00:00",
        "Gateway:SyncWindow: there is no such setting any more: it is now Store:UndeliveredTtl."
    )]
    [InlineData("Data:Folder=x", "Data:Folder: there is no such setting.")]
    [InlineData("Gateway:AllowedOrigins=https://a", "Gateway:AllowedOrigins: a list; its first element is")]
    [InlineData("Log:Level=9", "Log:Level: expected one of Trace, Debug, Information")]
    [InlineData("Gateway:InFlight=", "Gateway:InFlight: expected 1 to 10000. Found: ")]
    [InlineData("Gateway:DrainDeadline=30", "expected 00:00:00.1 to 00:10:00. Found: 30.00:00:00")]
    [InlineData("Gateway:QueueHardBytes=2048", "Gateway:QueueSoftBytes: expected at most Gateway:QueueHardBytes")]
    [InlineData("Gateway:MessageBytes=1024", "Gateway:TextBytes: expected at most 128, so that a text fits a message")]
    [InlineData("Gateway:TextBytes=10881", "Gateway:TextBytes: expected at most 10880, so that a text fits a message")]
    [InlineData("Gateway:FlushBytes=100000", "Gateway:PageBytes: expected at most Gateway:FlushBytes, 100000.")]
    [InlineData("Tls:PasswordFile=hunter2", "Tls:PasswordFile: expected a file that is there. Found: (not shown)")]
    public void What_is_not_allowed_is_named(string setting, string expected)
    {
        var exception = Assert.Throws<SettingsException>(() => Read(setting));
        Assert.Contains(exception.Problems, problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void What_an_earlier_version_called_otherwise_is_a_setting_of_this_one() =>
        Assert.All(
            SettingList.Renamed,
            each =>
            {
                Assert.Null(SettingList.Find(each.Key));
                Assert.Equal(each.Value, SettingList.Find(each.Value)?.Name);
            }
        );

    [Fact]
    public void A_text_that_no_client_could_receive_is_not_allowed_whatever_one_may_send()
    {
        var problems = Assert
            .Throws<SettingsException>(() => Read("Gateway:TextBytes=43521", "Gateway:MessageBytes=1048576"))
            .Problems;
        Assert.StartsWith("Gateway:TextBytes: expected at most 43520, so that an entry fits", Assert.Single(problems));
        Assert.Equal(43_520, Read("Gateway:TextBytes=43520", "Gateway:MessageBytes=1048576").Gateway.TextBytes);
    }

    [Fact]
    public void The_defaults_are_allowed_and_lists_can_be_given()
    {
        var options = Read("gateway:allowedorigins:0=https://chat.example", "Gateway:DrainDeadline=00:00:30");
        Assert.Equal("https://chat.example", Assert.Single(options.Gateway.AllowedOrigins));
        Assert.Equal(TimeSpan.FromSeconds(30), options.Gateway.DrainDeadline);
        Assert.False(options.IsInMemory);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var exception = Assert.Throws<SettingsException>(() =>
            Read("Listem=x", "Gateway:InFlight=many", "Gateway:KnownUsers=0", "Tls:KeyFile=/dev/null")
        );
        Assert.Equal(4, exception.Problems.Count);
    }

    [Fact]
    public void No_setting_is_a_secret() =>
        Assert.Empty(SettingList.All.Where(each => SettingText.IsSecret(each.Name)).Select(each => each.Name));

    [Theory]
    [InlineData("https://127.0.0.1:0", "127.0.0.1", 1)]
    [InlineData("https://localhost:8443/", "localhost", 2)]
    [InlineData("https://localhost:0", "localhost", 1)]
    [InlineData("https://*:443", "localhost", 1)]
    [InlineData("https://[::1]:443", "[::1]", 1)]
    public void An_address_is_understood(string text, string host, int addresses)
    {
        var listen = Assert.Single(ListenAddress.ParseAll(text));
        Assert.Equal(host, listen.Host);
        Assert.InRange(listen.Addresses.Count, 1, addresses);
    }

    [Fact]
    public void A_node_is_ready_from_its_start_to_its_stop_while_its_store_takes_writes()
    {
        using var life = new Lifetime();
        var store = new Store();
        var readiness = new Readiness(life, new NodeLoad(), store);
        Assert.Equal("starting", readiness.Refusal);
        life.Started.Cancel();
        Assert.Null(readiness.Refusal);
        store.Refusal = "no space";
        Assert.Equal("no space", readiness.Refusal);
        store.Refusal = null;
        life.StopApplication();
        Assert.Equal("stopping", readiness.Refusal);
    }

    private static ServerOptions Read(params string[] settings) =>
        Settings.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings.Select(each => KeyValuePair.Create(each.Split('=', 2)[0], (string?)each.Split('=', 2)[1]))
                )
                .Build()
        );

    private sealed class Store : IStoreHealth
    {
        public string? Refusal { get; set; }
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        public CancellationTokenSource Started { get; } = new();

        public CancellationTokenSource Stopping { get; } = new();

        public CancellationToken ApplicationStarted => Started.Token;

        public CancellationToken ApplicationStopping => Stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Stopping.Cancel();

        public void Dispose()
        {
            Started.Dispose();
            Stopping.Dispose();
        }
    }
}
