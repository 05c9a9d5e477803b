namespace Connect.Storage.RocksDb;

/// <summary>What is where in the data folder of the embedded store.</summary>
internal static class DataFolder
{
    public static string DatabaseOf(string folder) => Path.Combine(folder, "db");

    /// <summary>The file of the <see cref="CommitWatermark"/>, which operators know as the witness.</summary>
    public static string WatermarkOf(string folder) => Path.Combine(folder, "witness");

    public static string CheckpointsOf(string folder) => Path.Combine(folder, "checkpoints");

    /// <summary>Where a restore works; renamed when it is complete.</summary>
    public static string RestoringOf(string folder) => Path.Combine(folder, "restoring");

    /// <summary>The full path of a data folder, the same however it was written.</summary>
    public static string Normalize(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>Whether a folder is a data folder, as opposed to a backup, which has no watermark.</summary>
    public static bool IsData(string folder) => File.Exists(WatermarkOf(folder));

    /// <exception cref="StoreOpenException">A restore into this folder was interrupted.</exception>
    public static void RefuseHalfRestored(string folder)
    {
        if (Directory.Exists(RestoringOf(folder)))
        {
            throw new StoreOpenException(
                $"A restore into {folder} was interrupted. Empty the folder and restore again."
            );
        }
    }
}
