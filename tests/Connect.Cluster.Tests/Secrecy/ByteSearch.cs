using System.Text;

namespace Connect.Cluster.Tests.Secrecy;

/// <summary>Looks for words in files, in every dress that a careless writer might give them.</summary>
internal static class ByteSearch
{
    /// <summary>Each word that is found, with its dress and its file.</summary>
    public static List<string> Find(string folder, IReadOnlyDictionary<string, string> words) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(IsReadable)
                .SelectMany(file => FindIn(file, words)),
        ];

    /// <summary>A socket is empty, and cannot be opened.</summary>
    private static bool IsReadable(string file) => new FileInfo(file).Length > 0;

    /// <summary>Each word that is found in one file, with its dress.</summary>
    public static List<string> FindIn(string file, IReadOnlyDictionary<string, string> words)
    {
        var bytes = File.ReadAllBytes(file);
        return
        [
            .. from word in words
            from dress in Dress(word.Key, word.Value)
            where bytes.AsSpan().IndexOf(dress.Bytes) >= 0
            select $"{dress.Name} in {Path.GetFileName(file)}",
        ];
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Dress(string name, string word)
    {
        var utf8 = Encoding.UTF8.GetBytes(word);
        yield return (name + " in UTF-8", utf8);
        yield return (name + " in UTF-16", Encoding.Unicode.GetBytes(word));
        yield return (name + " in hex", Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)));
        yield return (name + " in lower hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)));
        for (var offset = 0; offset < 3; offset++)
        {
            // The first and last characters depend on what stands beside the word.
            var whole = Convert.ToBase64String([.. new byte[offset], .. utf8]);
            var inner = whole[4..^4];
            yield return ($"{name} in base64 at offset {offset}", Encoding.ASCII.GetBytes(inner));
            yield return (
                $"{name} in base64url at offset {offset}",
                Encoding.ASCII.GetBytes(inner.Replace('+', '-').Replace('/', '_'))
            );
        }
    }
}
