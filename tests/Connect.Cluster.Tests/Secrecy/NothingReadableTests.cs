using System.Text;
using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Secrecy;

/// <summary>Whoever takes the data folder and the logs reads no content.</summary>
public sealed class NothingReadableTests
{
    private const string Body = "the-kestrel-hovers-over-the-meadow";

    [Fact]
    public async Task Data_and_logs_hold_no_text_username_password_or_token()
    {
        await using var run = await CastRun.StartAsync(
            ServerPrograms.Plain,
            TimeSpan.FromMinutes(2),
            ("Connect__Log__Level", "Trace")
        );
        await using var session = await RawSession.OpenAsync(
            run.Server.Url,
            run.Server.CertificateFile,
            run.Cast.Usernames[0],
            run.Cast.Password,
            run.Deadline
        );
        await run.DuringAsync(
            () => run.Cast.Devices[0].SendAsync(50, run.Deadline, Body),
            "all messages are acknowledged"
        );
        await run.CheckAsync(50);
        await run.Server.KillAsync(run.Deadline);

        var words = new Dictionary<string, string>
        {
            ["a text"] = Body,
            ["the first username"] = run.Cast.Usernames[0],
            ["the second username"] = run.Cast.Usernames[1],
            ["a password"] = run.Cast.Password,
            ["an access token"] = session.Login.GetProperty("access_token").GetString()!,
            ["a refresh token"] = session.Login.GetProperty("refresh_token").GetString()!,
        };
        Assert.Empty(ByteSearch.Find(run.Server.Folder, words));

        // The search is worth something: the store is there, and so are the ids, which SECURITY says are visible.
        var files = Directory.EnumerateFiles(run.Server.DataFolder, "*", SearchOption.AllDirectories);
        Assert.True(files.Sum(f => new FileInfo(f).Length) > 50 * Body.Length, "The data folder is nearly empty.");
        Assert.True(new FileInfo(run.Server.LogFile).Length > 0, "The server logged nothing.");
    }

    [Theory]
    [InlineData("utf-8", 0)]
    [InlineData("utf-16", 0)]
    [InlineData("base64", 0)]
    [InlineData("base64", 1)]
    [InlineData("base64", 2)]
    [InlineData("hex", 0)]
    public async Task The_search_finds_a_word_in_each_dress(string dress, int before)
    {
        var folder = Directory.CreateTempSubdirectory("connect-search-").FullName;
        var bytes = Encoding.UTF8.GetBytes("zzz"[..before] + Body + "zz");
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "file"),
            dress switch
            {
                "utf-8" => bytes,
                "utf-16" => Encoding.Unicode.GetBytes("zz" + Body),
                "base64" => Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)),
                _ => Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)),
            },
            TestContext.Current.CancellationToken
        );
        Assert.NotEmpty(ByteSearch.Find(folder, new Dictionary<string, string> { ["a text"] = Body }));
        Directory.Delete(folder, recursive: true);
    }
}
