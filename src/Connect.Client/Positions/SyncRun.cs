using Connect.Client.Connections;
using Wire = Connect.Protocol.V1;

namespace Connect.Client.Positions;

/// <summary>
/// One run of catching up: first the positions, in parts, then page after page until <c>synced</c>. Each step is a
/// request, and the next is made after its answer.
/// </summary>
internal sealed class SyncRun(Wire.SyncMode mode, IReadOnlyList<Wire.Position> positions)
{
    /// <summary>Positions in one part: half of what the server accepts, so that a part is never too large.</summary>
    public const int PartSize = 500;

    /// <summary>In all parts: the server accepts no more. What is left out is sent again and dropped here.</summary>
    public const int MaxPositions = 50_000;

    private int _told;

    public Wire.SyncMode Mode { get; } = mode;

    /// <summary>A page came: one that fails afterwards is asked for again without telling the positions.</summary>
    public bool HasPage { get; set; }

    /// <summary>The next request.</summary>
    public Wire.ClientFrame Next(FrameFit fit)
    {
        if (_told > 0 && _told >= positions.Count)
        {
            return new Wire.ClientFrame { Next = new Wire.NextPage() };
        }

        var sync = new Wire.Sync { Mode = Mode };
        sync.Positions.AddRange(positions.Skip(_told).Take(PartSize));
        // Set while the part is measured, too: it takes its bytes.
        sync.More = true;
        var frame = new Wire.ClientFrame { Sync = sync };
        fit.Shorten(frame, sync.Positions);
        _told = Math.Max(1, _told + sync.Positions.Count);
        sync.More = _told < positions.Count;
        return frame;
    }
}
