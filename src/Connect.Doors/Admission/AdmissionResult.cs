namespace Connect.Doors.Admission;

/// <summary>What becomes of a new connection.</summary>
public enum AdmissionResult
{
    /// <summary>There is room.</summary>
    Open,

    /// <summary>It is served, but gets no socket: its client is told when to come back.</summary>
    Crowded,

    /// <summary>There is no room even for saying so.</summary>
    Shut,
}
