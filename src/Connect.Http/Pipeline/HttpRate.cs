namespace Connect.Http.Pipeline;

/// <summary>A rate of a route of its own, beside those of all requests of an address and of a user.</summary>
internal enum HttpRate
{
    /// <summary>Of an address.</summary>
    Registrations,

    /// <summary>Of a user.</summary>
    Reads,

    /// <summary>Of a user.</summary>
    Lookups,

    /// <summary>Of a user.</summary>
    Exports,
}
