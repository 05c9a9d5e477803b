using System.Text;

namespace Connect.Server.Limits;

/// <summary>Writes docs/limits.md.</summary>
internal static class LimitDocument
{
    private const string Head = """
        # Limits

        Every queue, frame, body, batch, cache, time and rate of Connect has a limit, so that no client, however it
        behaves, costs more than it may. This page names them all with what happens at each. `./dev docs` writes it
        from the list in `src/Connect.Server/Limits`, and tests compare the list with the code: a number that could be a
        limit and is not listed fails them, and so does a test that is named here and does not exist.

        A limit with a setting is changed as [operations](operations.md) says; one without is fixed, and its name in the
        code is given.

        """;

    public static string Write()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var group in LimitCatalogue.Groups)
        {
            text.Append($"\n## {group.Title}\n\n");
            text.Append("| what | default | set by | at the limit | proved by |\n|---|---|---|---|---|\n");
            foreach (var limit in group.Limits)
            {
                text.Append($"| {limit.What} | {limit.Default} | {Place(limit)} | {limit.AtLimit} | ");
                text.Append(string.Join(", ", limit.Proofs.Select(each => $"`{each}`"))).Append(" |\n");
            }
        }

        return text.ToString();
    }

    private static string Place(Limit limit) =>
        limit.Setting is { } setting ? $"`{setting.Name}`" : $"fixed, `{limit.Places[0].Name}`";
}
