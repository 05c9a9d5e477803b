using System.Text.RegularExpressions;
using Connect.Http.Documents;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Connect.Server.Web;

/// <summary>
/// Reads the built web client, once: what is served is a list of names that were there at the start, so that no path
/// of a request ever reaches the file system, and a build beside a running server cannot mix two versions.
/// </summary>
internal static partial class WebClientFolder
{
    /// <summary>The page that makes a folder a web client.</summary>
    public const string IndexPath = "/index.html";

    /// <summary>
    /// Files of a folder, and bytes of them: somebody who names the wrong folder must not fill the memory.
    /// </summary>
    public const int MaxFiles = 1_000;

    /// <inheritdoc cref="MaxFiles"/>
    public const long MaxBytes = 64L << 20;

    private static readonly (string? Coding, string Ending)[] Codings = [("br", ".br"), ("gzip", ".gz"), (null, "")];

    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>Neither hidden files nor links, which could lead out of the folder.</summary>
    private static readonly EnumerationOptions Visible = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
    };

    /// <summary>The files; none when no web client is there.</summary>
    /// <exception cref="InvalidDataException">It has too many files or bytes.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static IReadOnlyList<WebFile> Read(string folder)
    {
        if (!File.Exists(Path.Join(folder, IndexPath)))
        {
            return [];
        }

        var found = new DirectoryInfo(folder)
            .EnumerateFiles("*", Visible)
            .Take(MaxFiles + 1)
            .ToDictionary(each => PathOf(folder, each), StringComparer.Ordinal);
        if (found.Count > MaxFiles || found.Values.Sum(each => each.Length) > MaxBytes)
        {
            throw new InvalidDataException($"more than {MaxFiles} files or {MaxBytes >> 20} MiB");
        }

        return [.. found.Keys.Where(IsServed).Order(StringComparer.Ordinal).Select(path => ReadFile(path, found))];
    }

    private static string PathOf(string folder, FileInfo file) =>
        "/" + Path.GetRelativePath(folder, file.FullName).Replace('\\', '/');

    /// <summary>What has a known type, and a name without what means something in an address or a route.</summary>
    private static bool IsServed(string path) => PlainPath().IsMatch(path) && Types.TryGetContentType(path, out _);

    private static WebFile ReadFile(string path, Dictionary<string, FileInfo> found)
    {
        var forms = new List<DocumentForm>(Codings.Length);
        foreach (var (coding, ending) in Codings)
        {
            if (found.GetValueOrDefault(path + ending) is { } file)
            {
                forms.Add(FixedDocument.Form(coding, File.ReadAllBytes(file.FullName)));
            }
        }

        // A form that is no smaller is worth nothing.
        forms.RemoveAll(each => each.Coding is not null && each.Bytes.Length >= forms[^1].Bytes.Length);
        return new(path, TypeOf(path), HashedName().IsMatch(path), forms);
    }

    private static string TypeOf(string path)
    {
        Types.TryGetContentType(path, out var type);
        var isText = type!.StartsWith("text/", StringComparison.Ordinal) || type is "application/manifest+json";
        return new MediaTypeHeaderValue(type) { Charset = isText ? "utf-8" : null }.ToString();
    }

    /// <summary>As Vite names what it builds: a hash of the content before the ending.</summary>
    [GeneratedRegex("^/assets/[^/]+-[A-Za-z0-9_-]{8}\\.[a-z0-9]+$")]
    private static partial Regex HashedName();

    /// <summary>The compressed forms are served under the name of their file alone, and their types are none.</summary>
    [GeneratedRegex("^(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+(?<!\\.br|\\.gz|\\.map)$")]
    private static partial Regex PlainPath();
}
