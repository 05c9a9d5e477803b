namespace Connect.Contracts.Storage;

/// <summary>Which life of its data a store leads.</summary>
public interface IStoreIncarnation
{
    /// <summary>
    /// Opaque; made with the store, and anew by each restore of a backup. Under another one the same seq may be another
    /// entry, so what a client holds counts only under the one it was read under.
    /// </summary>
    string Incarnation { get; }
}
