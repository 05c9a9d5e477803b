namespace Connect.Gateway.Sessions;

/// <summary>A request that waits for its answer.</summary>
/// <param name="Id">The client's number of it.</param>
/// <param name="IsMark">Counted apart: marks wait for their persistence, which may take seconds.</param>
internal readonly record struct SessionRequest(ulong Id, bool IsMark = false);
