namespace Connect.Client.Stores;

/// <summary>Who a store belongs to.</summary>
/// <param name="User">The user's id; empty before the first login or connection.</param>
/// <param name="Username">The name used to log in; empty when it is not known.</param>
/// <param name="Device">The device's id; empty before the first login or connection.</param>
public sealed record StoredAccount(string User, string Username, string Device)
{
    /// <summary>Nobody's.</summary>
    public static StoredAccount None { get; } = new("", "", "");

    /// <summary>Never the name: it must not get into a log.</summary>
    public override string ToString() => $"{User} {Device}";
}
