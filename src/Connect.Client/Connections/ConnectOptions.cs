using Connect.Client.Connections;
using Connect.Client.Stores;
using Connect.Protocol.Frames;

namespace Connect.Client;

/// <summary>
/// How a client connects. Only the address and a token are required. Immutable: <c>with</c> makes a changed copy.
/// </summary>
/// <param name="Url">The server's address, such as <c>wss://chat.example/v1/connect</c>.</param>
public sealed record ConnectOptions(Uri Url)
{
    /// <inheritdoc cref="ConnectOptions(Uri)"/>
    public ConnectOptions(string url)
        : this(new Uri(url)) { }

    /// <summary>
    /// Returns a valid access token; called for each connection and before a token expires. Required unless
    /// <see cref="TokenSource"/> is set, which takes precedence.
    /// </summary>
    public Func<CancellationToken, ValueTask<AccessToken>>? Token { get; init; }

    /// <summary>Supplies access tokens and learns of refused ones; <see cref="ConnectAccount"/> is one.</summary>
    public ITokenSource? TokenSource { get; init; }

    /// <summary>The id of this device. Absent: the store's, else the one named in the token.</summary>
    public string? DeviceId { get; init; }

    /// <summary>
    /// Where outbox, entries and positions are kept. Absent: in memory, so that a new process starts with nothing and
    /// an unsent message dies with the process. The client does not dispose it.
    /// </summary>
    public IConnectStore? Store { get; init; }

    /// <summary>The encoding of frames; protobuf unless chosen otherwise.</summary>
    public FrameEncoding Encoding { get; init; } = FrameEncoding.Protobuf;

    /// <summary>What a device without stored state starts with.</summary>
    public SyncStart FirstSync { get; init; } = SyncStart.LastDays;

    /// <summary>
    /// A PEM file with the certificates that are trusted instead of those of the system: a private authority, or the
    /// certificate of a development server.
    /// </summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>
    /// Used for HTTP requests and for the WebSocket instead of a handler of the client's own; the caller disposes it,
    /// and <see cref="TrustedCertificates"/> does not apply to it.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; init; }

    /// <summary>The clock and the timers; those of the system unless chosen otherwise.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The source of jitter; a seeded one makes a run repeatable.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Identifies this program to the operators of the server.</summary>
    public string Agent { get; init; } = "connect-dotnet/0.1";

    /// <summary>
    /// The most messages the outbox holds, 1 or more; one more is refused with <see cref="ErrorCode.Overloaded"/>.
    /// </summary>
    public int OutboxLimit { get; init; } = 10_000;

    /// <summary>
    /// The entries of one conversation, 1 or more, that wait in memory for the application; what is above them is
    /// fetched once there is room again.
    /// </summary>
    public int PendingEvents { get; init; } = 1_024;

    /// <exception cref="ArgumentException">They cannot work.</exception>
    internal void Check()
    {
        if (!Url.IsAbsoluteUri || Url.Scheme is not ("wss" or "ws"))
        {
            throw new ArgumentException($"The address must begin with wss:// or ws://: {Url}", nameof(Url));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(OutboxLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PendingEvents, 1);
    }

    /// <summary>The seam where a test puts its server.</summary>
    internal ITransportFactory? Transport { get; init; }
}

/// <summary>What a device without stored state starts with.</summary>
public enum SyncStart
{
    /// <summary>Every entry of the last 30 days.</summary>
    LastDays,

    /// <summary>Only what no device of the user has got yet.</summary>
    Fresh,
}
