using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text.Json;
using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Contracts.Storage;
using Connect.Conversations.Lists;
using Connect.Doors.Wire;
using Connect.Protocol;
using Connect.Protocol.Frames;
using Microsoft.Extensions.Options;

namespace Connect.Http.Exports;

/// <summary>
/// Streams everything stored about a user as one JSON object: the account, its devices and its conversations, each with
/// the user's marks and every entry they may see, oldest first. Never holds more than one page in memory.
/// </summary>
internal sealed class AccountExport(
    IUserStore users,
    IConversationIndex index,
    IConversationReader reader,
    ConversationList list,
    TimeProvider time
)
{
    public const string Format = "connect-export-1";

    /// <summary>
    /// How long the client may take for one page. An export holds one of few places of the node, so whoever reads
    /// slower than that is cut.
    /// </summary>
    public static readonly TimeSpan PageDeadline = TimeSpan.FromSeconds(10);

    /// <exception cref="TimeoutException">The client reads too slowly.</exception>
    public async Task WriteAsync(UserId user, PipeWriter output, CancellationToken cancellationToken)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteNumber("exported_at", time.GetUtcNow().ToUnixTimeMilliseconds());
        await WriteAccountAsync(json, user, cancellationToken);
        json.WriteStartArray("conversations");
        foreach (var row in await index.ListAsync(user, cancellationToken))
        {
            await WriteConversationAsync(json, output, row, cancellationToken);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await FlushAsync(output, cancellationToken);
    }

    private async Task WriteAccountAsync(Utf8JsonWriter json, UserId user, CancellationToken cancellationToken)
    {
        if (await users.GetAsync(user, cancellationToken) is { } account)
        {
            json.WriteStartObject("account");
            json.WriteString("user", account.User.ToString());
            json.WriteString("username", account.Username);
            json.WriteNumber("created_at", account.CreatedAt);
            json.WriteBoolean("has_password", account.PasswordHash is not null);
            if (account.External is { } external)
            {
                json.WriteString("issuer", external.Issuer);
                json.WriteString("subject", external.Subject);
            }

            json.WriteEndObject();
        }

        json.WriteStartArray("devices");
        foreach (var device in await users.ListDevicesAsync(user, cancellationToken))
        {
            json.WriteStartObject();
            json.WriteString("id", device.Id.ToString());
            json.WriteString("name", device.Name);
            json.WriteNumber("created_at", device.CreatedAt);
            if (device.Refresh is { } login)
            {
                json.WriteNumber("last_used_at", login.RotatedAt);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task WriteConversationAsync(
        Utf8JsonWriter json,
        PipeWriter output,
        IndexRow row,
        CancellationToken cancellationToken
    )
    {
        var (user, conversation) = (row.User, row.Conversation);
        var views = await reader.ReadViewsAsync(user, [conversation], cancellationToken);
        var page = await ReadAsync(user, conversation, new(0, 0, 1, PageLimit, PageBytes), cancellationToken);
        if (page.Access == ReadAccess.None)
        {
            // An index row may outlive the membership (ADR 0015).
            return;
        }

        json.WriteStartObject();
        json.WriteString("id", conversation.ToString());
        if (views is [var view])
        {
            json.WritePropertyName("summary");
            JsonSerializer.Serialize(
                json,
                (await list.SummariseAsync(user, view, row)).ToWire(),
                BodyJson.ConversationSummary
            );
        }

        json.WriteStartArray("entries");
        while (true)
        {
            Write(json, conversation, page.Entries);
            await json.FlushAsync(cancellationToken);
            await FlushAsync(output, cancellationToken);
            if (!page.HasMoreAfter || page.Entries.IsEmpty)
            {
                break;
            }

            var after = page.Entries[^1].Seq;
            page = await ReadAsync(user, conversation, new(0, after, 0, PageLimit, PageBytes), cancellationToken);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private const int PageLimit = ProtocolLimits.PageItems;
    private const int PageBytes = ProtocolLimits.PageBytes;

    private ValueTask<HistorySlice> ReadAsync(
        UserId user,
        ConversationId conversation,
        HistoryQuery query,
        CancellationToken cancellationToken
    ) => reader.ReadHistoryAsync(user, conversation, query, cancellationToken);

    private async Task FlushAsync(PipeWriter output, CancellationToken cancellationToken) =>
        await output.FlushAsync(cancellationToken).AsTask().WaitAsync(PageDeadline, time, cancellationToken);

    private static void Write(Utf8JsonWriter json, ConversationId conversation, ImmutableArray<Entry> entries)
    {
        foreach (var entry in entries)
        {
            JsonSerializer.Serialize(json, entry.ToWire(conversation), BodyJson.Entry);
        }
    }
}

/// <summary>
/// Limits concurrent exports, which read everything of a user: one per user, a few per node.
/// </summary>
internal sealed class ExportGate(IOptions<IdentityOptions> options)
{
    private readonly ConcurrentDictionary<UserId, byte> _running = new();

    private static readonly Refusal OnlyOne = new(
        RefusalReason.RateLimited,
        "Your last export is still running.",
        RetryAfter: TimeSpan.FromSeconds(10)
    );

    private static readonly Refusal TooMany = new(
        RefusalReason.Overloaded,
        "Too many exports are running.",
        RetryAfter: TimeSpan.FromSeconds(30)
    );

    /// <summary>If true, go ahead and call <see cref="Leave"/> at the end.</summary>
    public bool TryEnter(UserId user, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = null;
        if (!_running.TryAdd(user, 0))
        {
            refusal = OnlyOne;
            return false;
        }

        if (_running.Count > options.Value.ExportsAtOnce)
        {
            Leave(user);
            refusal = TooMany;
            return false;
        }

        return true;
    }

    public void Leave(UserId user) => _running.TryRemove(user, out _);
}
