namespace Connect.Cluster.Tests.Hostile;

/// <summary>A token that must not be taken, and what it is answered.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Token">The token.</param>
/// <param name="Code">The error, in a frame and over HTTP.</param>
/// <param name="Close">What a <c>hello</c> with it is closed with.</param>
internal sealed record BadToken(string Name, string Token, int Code = 201, int Close = 4501)
{
    /// <summary>Over HTTP; a header that no server reads has a status of its own.</summary>
    public int Status => Token.Length > 16_000 ? 431 : 401;
}
