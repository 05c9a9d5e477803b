namespace Connect.Server.Configuration;

/// <summary>What is mounted where, as Linux tells it.</summary>
internal static class MountPoints
{
    private const string Table = "/proc/self/mountinfo";

    /// <summary>False also where the question cannot be answered (another system).</summary>
    public static bool Contains(string path)
    {
        if (!File.Exists(Table))
        {
            return false;
        }

        // proc(5): the fifth field is the mount point, with blanks written as \040.
        return File.ReadLines(Table)
            .Select(line => line.Split(' '))
            .Any(fields => fields.Length > 4 && fields[4].Replace("\\040", " ", StringComparison.Ordinal) == path);
    }
}
