using System.Text;
using Connect.Server.Web;
using Xunit;

namespace Connect.Tests.Web;

public sealed class WebClientFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connect-web-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Without_its_page_a_folder_is_no_web_client()
    {
        Assert.Empty(WebClientFolder.Read(Path.Combine(_folder.FullName, "missing")));
        Write("assets/index-AbCd_1-2.js", "script");
        Assert.Empty(WebClientFolder.Read(_folder.FullName));
        Write("index.html", "page");
        Assert.Equal(["/assets/index-AbCd_1-2.js", "/index.html"], Read().Select(each => each.Path));
    }

    [Theory]
    [InlineData("index.html", "text/html; charset=utf-8", false)]
    [InlineData("sw.js", "text/javascript; charset=utf-8", false)]
    [InlineData("manifest.webmanifest", "application/manifest+json; charset=utf-8", false)]
    [InlineData("favicon.ico", "image/x-icon", false)]
    [InlineData("icons/icon-192.png", "image/png", false)]
    [InlineData("assets/index-DwZr0a4_.css", "text/css; charset=utf-8", true)]
    [InlineData("assets/index-DwZr-a4_.js", "text/javascript; charset=utf-8", true)]
    [InlineData("assets/logo-Bk3xA91c.svg", "image/svg+xml", true)]
    [InlineData("assets/plain.js", "text/javascript; charset=utf-8", false)]
    public void Type_and_life_of_a_file_follow_from_its_name(string name, string type, bool isForever)
    {
        Write("index.html", "page");
        Write(name, "content");
        var file = Read().Single(each => each.Path == "/" + name);
        Assert.Equal(type, file.Document.ContentType);
        Assert.Equal(isForever, file.Document.CacheControl.Contains("immutable", StringComparison.Ordinal));
    }

    [Fact]
    public void Smaller_forms_come_before_the_plain_one_and_are_no_files_of_their_own()
    {
        Write("index.html", "page");
        Write("index.html.gz", "longer than the page");
        Write("sw.js", "0123456789");
        Write("sw.js.br", "012");
        Write("sw.js.gz", "01234");
        Write("orphan.js.br", "no file");
        Assert.Equal(["/index.html", "/sw.js"], Read().Select(each => each.Path));
        Assert.Equal([null], Read()[0].Document.Forms.Select(each => each.Coding));
        Assert.Equal(["br", "gzip", null], Read()[1].Document.Forms.Select(each => each.Coding));
        Assert.Equal(3, Read()[1].Document.Forms.Select(each => each.Tag.ToString()).Distinct().Count());
        Assert.Equal(18, Read()[1].Size);
    }

    [Fact]
    public void What_is_hidden_unknown_linked_or_oddly_named_is_not_served()
    {
        Write("index.html", "page");
        Write(".env", "secret");
        Write(".git/config.json", "secret");
        Write("notes.unknown", "?");
        Write("index.js.map", "{}");
        Write("assets/{id}.js", "odd");
        Write("assets/a b.js", "odd");
        var outside = Directory.CreateTempSubdirectory("connect-web-outside-");
        try
        {
            File.WriteAllText(Path.Combine(outside.FullName, "outside.js"), "secret");
            File.CreateSymbolicLink(
                Path.Combine(_folder.FullName, "link.js"),
                Path.Combine(outside.FullName, "outside.js")
            );
            Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "linked"), outside.FullName);
            Assert.Equal(["/index.html"], Read().Select(each => each.Path));
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_folder_with_too_many_files_or_bytes_is_not_taken()
    {
        Write("index.html", "page");
        var large = Path.Combine(_folder.FullName, "large.js");
        using (var file = File.Create(large))
        {
            file.SetLength(WebClientFolder.MaxBytes - 4);
        }

        Assert.Equal(2, Read().Count);
        File.AppendAllText(large, "x");
        Assert.Throws<InvalidDataException>(Read);
        File.Delete(large);

        for (var i = 1; i < WebClientFolder.MaxFiles; i++)
        {
            Write($"f{i}.js", "");
        }

        Assert.Equal(WebClientFolder.MaxFiles, Read().Count);
        Write("f.js", "");
        Assert.Throws<InvalidDataException>(Read);
    }

    private IReadOnlyList<WebFile> Read() => WebClientFolder.Read(_folder.FullName);

    private void Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content, Encoding.ASCII);
    }
}
