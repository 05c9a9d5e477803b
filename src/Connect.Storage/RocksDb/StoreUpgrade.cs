namespace Connect.Storage.RocksDb;

/// <summary>A store was brought to a later format. There is no way back: earlier versions no longer open it.</summary>
/// <param name="From">The format it had.</param>
/// <param name="To">The format it has now.</param>
public sealed record StoreUpgrade(int From, int To);
