using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text.Json;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.Lists;
using Connect.Doors.Wire;
using Connect.Protocol;
using Connect.Protocol.Frames;

namespace Connect.Http.Exports;

/// <summary>
/// Writes all that is kept of a user as one JSON object: the account, its devices, its conversations, each with the
/// caller's marks and every entry the caller may see, oldest first. Page by page: what waits to be sent, and what is in
/// memory of the log, is one page, whatever the whole may be.
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
        await output.FlushAsync(cancellationToken);
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
            // An index row without membership (D5).
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
            await output.FlushAsync(cancellationToken);
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

    private static void Write(Utf8JsonWriter json, ConversationId conversation, ImmutableArray<Entry> entries)
    {
        foreach (var entry in entries)
        {
            JsonSerializer.Serialize(json, entry.ToWire(conversation), BodyJson.Entry);
        }
    }
}
