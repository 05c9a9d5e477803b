namespace Connect.Contracts.Delivery;

/// <summary>
/// A partition of the directory, as placement only (D7): the grain says which node holds it, and the traffic then goes
/// to that node's endpoint. The key is the partition's number, from 0.
/// </summary>
[Alias("IDirectoryPartitionGrain")]
public interface IDirectoryPartitionGrain : IGrainWithIntegerKey
{
    /// <summary>Where the partition is; it is started there when it was not.</summary>
    [Alias("Locate")]
    Task<PartitionHost> LocateAsync();
}
