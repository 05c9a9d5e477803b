using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Conversations.Sending;
using Microsoft.Extensions.Options;

namespace Connect.Doors.Limits;

/// <summary>All rate limits of a node, one table each.</summary>
public sealed class RateLimits : ISendBudget
{
    private readonly int _keys;
    private readonly TimeProvider _time;
    private readonly RateTable<UserId> _sends;
    private readonly RateTable<ConversationId> _conversationSends;

    public RateLimits(IOptions<RateOptions> options, IOptions<GatewayOptions> gateway, TimeProvider time)
    {
        var rates = options.Value;
        (_keys, _time) = (rates.Remembered, time);
        var (second, minute, hour) = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        var burst = rates.SendBurst;
        _sends = Table<UserId>(burst <= 0 ? default : new(second / gateway.Value.SendRate, burst));
        var perConversation = Rate.Of(rates.ConversationSends, second);
        _conversationSends = Table<ConversationId>(perConversation with { Burst = perConversation.Burst * 2 });
        Syncs = Table<UserId>(Rate.Of(rates.SyncsPerUser, minute));
        SyncPages = Table<UserId>(Rate.Of(rates.SyncPagesPerUser, minute));
        Typing = Table<UserId>(Rate.Of(gateway.Value.TypingRate, second));
        States = Table<UserId>(Rate.Of(gateway.Value.StateRate, second));
        Reads = Table<UserId>(Rate.Of(rates.ReadsPerUser, minute));
        UserRequests = Table<UserId>(Rate.Of(rates.RequestsPerUser, minute));
        Lookups = Table<UserId>(Rate.Of(rates.LookupsPerUser, minute));
        Exports = Table<UserId>(Rate.Of(rates.ExportsPerUser, hour));
        Logins = Table<ClientAddress>(Rate.Of(rates.LoginsPerAddress, minute));
        FailedLogins = Table<ClientAddress>(Rate.Of(rates.FailedLoginsPerAddress, hour));
        FailedNames = Table<string>(Rate.Of(rates.FailedLoginsPerUsername, hour));
        Refreshes = Table<ClientAddress>(Rate.Of(rates.RefreshesPerAddress, minute));
        Registrations = Table<ClientAddress>(Rate.Of(rates.RegistrationsPerAddress, hour));
        AddressRequests = Table<ClientAddress>(Rate.Of(rates.RequestsPerAddress, minute));
        Connects = Table<ClientAddress>(Rate.Of(rates.ConnectsPerAddress, minute));
        SessionRefusals = Rate.Of(rates.RefusalsPerSession, minute);
    }

    public RateTable<UserId> Syncs { get; }

    /// <summary>Parts of a sync, and pages of it after the first.</summary>
    public RateTable<UserId> SyncPages { get; }

    public RateTable<UserId> Typing { get; }

    public RateTable<UserId> States { get; }

    public RateTable<UserId> Reads { get; }

    public RateTable<UserId> UserRequests { get; }

    public RateTable<UserId> Lookups { get; }

    public RateTable<UserId> Exports { get; }

    public RateTable<ClientAddress> Logins { get; }

    public RateTable<ClientAddress> FailedLogins { get; }

    public RateTable<string> FailedNames { get; }

    public RateTable<ClientAddress> Refreshes { get; }

    public RateTable<ClientAddress> Registrations { get; }

    public RateTable<ClientAddress> AddressRequests { get; }

    public RateTable<ClientAddress> Connects { get; }

    /// <summary>Each session keeps its own state for it.</summary>
    public Rate SessionRefusals { get; }

    /// <summary>
    /// Takes one of the user's sends, or returns how long to wait: at least a second, so that a retry is worthwhile.
    /// </summary>
    public TimeSpan TakeSend(UserId user) => AtLeastASecond(_sends.Take(user));

    /// <summary>The same for a conversation, across all senders.</summary>
    public TimeSpan TakeSend(ConversationId conversation) => AtLeastASecond(_conversationSends.Take(conversation));

    /// <summary>
    /// Refunds the conversation when the sender was not allowed to write there: outsiders must not use up its members'
    /// budget.
    /// </summary>
    public void Answered(ConversationId conversation, AppendStatus status)
    {
        if (status is AppendStatus.NotFound or AppendStatus.NotMember or AppendStatus.Forbidden)
        {
            _conversationSends.GiveBack(conversation);
        }
    }

    /// <summary>The refusal for a caller who has to wait.</summary>
    public static Refusal Refuse(TimeSpan wait) => new(RefusalReason.RateLimited, RetryAfter: wait);

    private static TimeSpan AtLeastASecond(TimeSpan wait) =>
        wait == TimeSpan.Zero || wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1);

    private RateTable<TKey> Table<TKey>(Rate rate)
        where TKey : notnull => new(rate, _keys, _time);
}

/// <summary>
/// The unit that limits per address count: an IPv4 address, or a /64 network of IPv6, which one customer usually has
/// to themselves.
/// </summary>
public readonly record struct ClientAddress(ulong Network, bool IsIPv6)
{
    /// <summary>Callers without an address, such as those inside the process, count as one.</summary>
    public static ClientAddress Of(IPAddress? address)
    {
        if (address is null)
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[16];
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), true)
            : new(BinaryPrimitives.ReadUInt32BigEndian(bytes), false);
    }
}
