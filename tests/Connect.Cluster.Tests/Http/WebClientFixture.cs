using System.IO.Compression;
using System.Text;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.Http;

/// <summary>A server with a web client that is built as the real one, only smaller.</summary>
public sealed class WebClientFixture : IAsyncLifetime
{
    public const string Page = "<!doctype html><script type=\"module\" src=\"/assets/index-DwZr0a4_.js\"></script>";
    public const string ScriptPath = "/assets/index-DwZr0a4_.js";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connect-web-");

    public static string Script { get; } = string.Concat(Enumerable.Range(0, 2_000).Select(each => $"call({each});\n"));

    internal ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Write("index.html", Page);
        Write("sw.js", "self.addEventListener('fetch', () => {});");
        Write("manifest.webmanifest", "{}");
        Write("favicon.ico", "icon");
        Write(ScriptPath[1..], Script);
        Compress(ScriptPath[1..] + ".gz", file => new GZipStream(file, CompressionLevel.Optimal));
        Compress(ScriptPath[1..] + ".br", file => new BrotliStream(file, CompressionLevel.Optimal));
        // Beside the folder, where only a path that leads out of it would find it.
        File.WriteAllText(Secret, "outside");
        Server = await ServerProcess.StartInMemoryAsync(
            TestContext.Current.CancellationToken,
            $"--Web:Folder={_folder.FullName}"
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
        File.Delete(Secret);
    }

    public string Secret => _folder.FullName + ".html";

    private void Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private void Compress(string name, Func<Stream, Stream> coding)
    {
        using var stream = coding(File.Create(Path.Combine(_folder.FullName, name)));
        stream.Write(Encoding.UTF8.GetBytes(Script));
    }
}
