namespace Connect.Tests.Repository;

/// <summary>
/// The folders of a project from the top down, as a row of docs/architecture.md writes them: <c>A, B > C</c>. A folder
/// may use those further down; folders that share a level do not know each other.
/// </summary>
internal sealed class FolderLayers
{
    private readonly Dictionary<string, int> _levels = [];

    public FolderLayers(string row)
    {
        var levels = row.Split('>', StringSplitOptions.TrimEntries);
        for (var level = 0; level < levels.Length; level++)
        {
            foreach (var folder in levels[level].Split(',', StringSplitOptions.TrimEntries))
            {
                _levels.Add(folder.Trim('`'), level);
            }
        }
    }

    public IEnumerable<string> Folders => _levels.Keys;

    public bool Allows(FolderReference reference) => _levels[reference.From] < _levels[reference.To];
}
