namespace Connect.LoadGen.Groups;

/// <summary>What a smoke run of a large group does.</summary>
/// <param name="ServerProgram">The path of <c>connect-server</c>.</param>
/// <param name="Members">Of the group, one device each.</param>
/// <param name="Messages">Of all members together.</param>
/// <param name="Seed">Of what is left to chance.</param>
/// <param name="Limit">The time it may take.</param>
internal sealed record GroupsPlan(string ServerProgram, int Members, int Messages, int Seed, TimeSpan Limit)
{
    /// <summary>Bytes of all texts together, at least.</summary>
    private const int Volume = 200_000;

    /// <summary>Devices that read nothing for most of the run.</summary>
    public int SlowReaders => Math.Max(1, Members / 250);

    /// <summary>Members that send one more when everybody is back: of these the list tells who has read it.</summary>
    public int LastLap => Math.Clamp(Messages / 8, 1, Math.Min(Members, MostCounted * 3 / 4));

    /// <summary>How far below the head the list still tells who has read the caller's newest message.</summary>
    public const int MostCounted = 200;

    public int TextLength => Math.Clamp(Volume / Messages, 200, 1000);
}
