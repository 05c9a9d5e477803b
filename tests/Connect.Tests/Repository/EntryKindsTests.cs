using System.Text.RegularExpressions;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>A kind of entry costs one change: who asks for a kind asks a predicate, and few files name one.</summary>
public sealed partial class EntryKindsTests
{
    private const int MaxFilesPerKind = 15;

    /// <summary>The only files that may name the kind of a message.</summary>
    private static readonly Dictionary<string, string> MayName = new(StringComparer.Ordinal)
    {
        ["src/Connect.Contracts/Conversations/EntryKinds.cs"] = "the predicates of the server",
        ["src/Connect.Client/Model/Entry.cs"] = "the predicate of the .NET SDK",
        ["src/Connect.Client/Engine/Log.cs"] = "makes the entry of a message that was just sent",
        ["web/sdk/src/entries.ts"] = "the predicate of the TypeScript SDK",
        ["web/sdk/src/engine/sends.ts"] = "makes the entry of a message that was just sent",
        ["web/app/src/chat/MessageRow.svelte"] = "the kind of a row, not of an entry",
        ["web/app/src/logic/rows.ts"] = "the kind of a row, not of an entry",
    };

    [Fact]
    public void Only_the_predicates_compare_with_the_kind_of_a_message()
    {
        var naming = Sources().Where(file => MessageKind().IsMatch(RepositoryFiles.Read(file))).ToList();
        Violations.None(naming.Except(MayName.Keys), "Files that name EntryKind.Message or kind 'message'");
        Violations.None(MayName.Keys.Except(naming), "Files that no longer need the permission");
    }

    /// <summary>What the kind under the compile constant takes to exist, with the test that commits it.</summary>
    [Fact]
    public void The_next_kind_is_named_in_few_files()
    {
        var naming = FilesWith(NextKind());
        Assert.Contains("src/Connect.Contracts/Conversations/EntryKinds.cs", naming);
        Assert.True(naming.Count <= MaxFilesPerKind, string.Join(Environment.NewLine, naming));
    }

    /// <summary>
    /// What a kind takes with its contract, golden bytes, SDKs and words, beside the rules that write it and their
    /// tests.
    /// </summary>
    [Fact]
    public void A_kind_is_named_in_few_files()
    {
        var naming = FilesWith(InviteEnded())
            .Where(file => !file.StartsWith("src/Connect.Conversations/", StringComparison.Ordinal))
            .Where(file => !file.StartsWith("tests/Connect.Cluster.Tests/", StringComparison.Ordinal))
            .ToList();
        Assert.Contains("web/sdk/src/entries.ts", naming);
        Assert.True(naming.Count <= MaxFilesPerKind, string.Join(Environment.NewLine, naming));
    }

    private static List<string> FilesWith(Regex name) =>
        [
            .. RepositoryFiles
                .Text()
                .Where(file => name.IsMatch(File.ReadAllText(file)))
                .Select(RepositoryFiles.Relative)
                .Where(file => file != "tests/Connect.Tests/Repository/EntryKindsTests.cs"),
        ];

    private static IEnumerable<string> Sources() =>
        RepositoryFiles
            .All()
            .Where(file => Path.GetExtension(file) is ".cs" or ".ts" or ".svelte")
            .Select(RepositoryFiles.Relative)
            .Where(file =>
                file.StartsWith("src/", StringComparison.Ordinal)
                || file.StartsWith("web/sdk/src/", StringComparison.Ordinal)
                || file.StartsWith("web/app/src/", StringComparison.Ordinal)
            );

    [GeneratedRegex(@"\bEntryKind\.Message\b|\bkind\b[^\n]{0,8}'message'")]
    private static partial Regex MessageKind();

    [GeneratedRegex(@"\bBulletin\b|\bbulletin: |CONNECT_NEXT_KIND|\(NextKind\)")]
    private static partial Regex NextKind();

    [GeneratedRegex("invite_?ended", RegexOptions.IgnoreCase)]
    private static partial Regex InviteEnded();
}
