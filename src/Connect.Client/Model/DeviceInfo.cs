namespace Connect.Client;

/// <summary>One of the user's devices.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">As its user knows it.</param>
/// <param name="CreatedAt">When it first logged in.</param>
/// <param name="LastUsedAt">When its login was last used for new tokens; null when it is logged out.</param>
/// <param name="IsCurrent">This device.</param>
/// <param name="IsConnected">It has a session now.</param>
public sealed record DeviceInfo(
    string Id,
    string Name,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    bool IsCurrent,
    bool IsConnected
);
