using Connect.LoadGen.Servers;

namespace Connect.LoadGen.Smoke;

/// <summary>What a smoke run does.</summary>
/// <param name="Url">The server, as <c>https://HOST:PORT</c>.</param>
/// <param name="TrustedCertificates">A PEM file with what to trust; null = what the system trusts.</param>
/// <param name="Server">A server that may be killed in the middle; null = none is.</param>
/// <param name="Messages">Messages of all devices together.</param>
/// <param name="Limit">The time it may take.</param>
public sealed record SmokePlan(
    Uri Url,
    string? TrustedCertificates,
    ThrowAwayServer? Server,
    int Messages,
    TimeSpan Limit
);
