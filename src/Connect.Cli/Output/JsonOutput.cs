using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Connect.Cli.Words;
using Connect.Client;
using Entry = Connect.Client.Entry;

namespace Connect.Cli.Output;

/// <summary>
/// One JSON object per line; <c>type</c> says what it is. Times are milliseconds since the epoch, as on the wire.
/// </summary>
internal sealed class JsonOutput(TextWriter writer) : IOutput
{
    // Programs read these lines, so text is not escaped for HTML; control characters still are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Account(string what, string username, string user, string device) =>
        Line(
            "account",
            json =>
            {
                json.WriteString("action", what.Replace(' ', '_').ToLowerInvariant());
                json.WriteString("username", username);
                Given(json, "user", user);
                Given(json, "device", device);
            }
        );

    public void Device(DeviceInfo device) =>
        Line(
            "device",
            json =>
            {
                json.WriteString("id", device.Id);
                json.WriteString("name", device.Name);
                json.WriteNumber("created_at", device.CreatedAt.ToUnixTimeMilliseconds());
                if (device.LastUsedAt is { } used)
                {
                    json.WriteNumber("last_used_at", used.ToUnixTimeMilliseconds());
                }

                json.WriteBoolean("current", device.IsCurrent);
                json.WriteBoolean("connected", device.IsConnected);
            }
        );

    public void Conversation(ConversationInfo conversation) =>
        Line(
            "conversation",
            json =>
            {
                json.WriteString("id", conversation.Id);
                json.WriteString("kind", Name(conversation.Kind));
                json.WriteString("title", conversation.Title);
                Given(json, "peer", conversation.Peer);
                json.WriteNumber("head", conversation.Head);
                json.WriteNumber("delivered", conversation.Delivered);
                json.WriteNumber("read", conversation.Read);
                json.WriteNumber("unread", conversation.Unread);
                json.WriteNumber("member_count", conversation.MemberCount);
                json.WriteBoolean("request", conversation.Request);
                if (conversation.MutedUntil is { } until)
                {
                    json.WriteNumber("muted_until", until.ToUnixTimeMilliseconds());
                }
            }
        );

    public void Group(string id, string title) =>
        Line(
            "group",
            json =>
            {
                json.WriteString("id", id);
                json.WriteString("title", title);
            }
        );

    public void Member(GroupMember member) =>
        Line(
            "member",
            json =>
            {
                json.WriteString("user", member.User);
                json.WriteString("username", member.Username);
                json.WriteString("role", member.IsInvited ? "invited" : Name(member.Role));
                Given(json, "invited_by", member.InvitedBy);
            }
        );

    public void Invite(GroupInvite invite) =>
        Line(
            "invite",
            json =>
            {
                json.WriteString("id", invite.Conversation);
                json.WriteString("title", invite.Title);
                json.WriteNumber("member_count", invite.MemberCount);
                json.WriteString("invited_by", invite.InvitedBy);
                json.WriteString("username", invite.InvitedByUsername);
                json.WriteNumber("expires_at", invite.ExpiresAt.ToUnixTimeMilliseconds());
            }
        );

    public void Added(string username, string user, bool isInvited) =>
        Line(
            isInvited ? "invited" : "added",
            json =>
            {
                json.WriteString("user", user);
                json.WriteString("username", username);
            }
        );

    public void Entry(Entry entry, string from, string concerned = "") =>
        Line(
            entry.IsMessage ? "message" : "entry",
            json =>
            {
                json.WriteString("conversation", entry.Conversation);
                json.WriteNumber("seq", entry.Seq);
                json.WriteNumber("time", entry.Time.ToUnixTimeMilliseconds());
                json.WriteString("from", entry.From);
                json.WriteString("username", from);
                Given(json, "cid", entry.Cid);
                if (entry.IsMessage)
                {
                    json.WriteString("text", entry.Text);
                }
                else
                {
                    json.WriteString("kind", Name(entry.Kind));
                    Given(json, "user", entry.Change?.User ?? "");
                    Given(json, "user_username", concerned);
                    Given(json, "role", entry.Change is { Role: not 0 } change ? Name(change.Role) : "");
                    Given(json, "title", entry.Change?.Title ?? "");
                }
            }
        );

    public void Sent(SentMessage message) =>
        Line(
            "sent",
            json =>
            {
                json.WriteString("conversation", message.Conversation);
                json.WriteString("cid", message.Cid);
                json.WriteNumber("seq", message.Seq);
                json.WriteNumber("time", message.Time.ToUnixTimeMilliseconds());
            }
        );

    public void Queued(OutgoingMessage message) =>
        Line(
            "queued",
            json =>
            {
                json.WriteString("conversation", message.Conversation);
                json.WriteString("cid", message.Cid);
            }
        );

    public void Failed(OutgoingMessage message, ConnectException error) =>
        Failed(message.Conversation, message.Cid, error);

    public void NotQueued(string conversation, ConnectException error) => Failed(conversation, "", error);

    public void Skipped(RangeSkipped range) =>
        Line(
            "skipped",
            json =>
            {
                json.WriteString("conversation", range.Conversation);
                json.WriteNumber("from", range.From);
                json.WriteNumber("to", range.To);
                json.WriteString("why", Name(range.Why));
            }
        );

    public void Receipt(ReceiptChanged receipt, string user, string tally = "") =>
        Line(
            "receipt",
            json =>
            {
                json.WriteString("conversation", receipt.Conversation);
                json.WriteString("user", receipt.User);
                json.WriteString("username", user);
                json.WriteNumber("delivered", receipt.Delivered);
                json.WriteNumber("read", receipt.Read);
                Ended(json, receipt.Ended);
            }
        );

    public void Counts(ReceiptCountsChanged counts, int others = 0) =>
        Line(
            "receipt_counts",
            json =>
            {
                json.WriteString("conversation", counts.Conversation);
                json.WriteNumber("seq", counts.Seq);
                json.WriteNumber("delivered_count", counts.Delivered);
                json.WriteNumber("read_count", counts.Read);
            }
        );

    public void Reader(MemberPlace place, string user, ReaderState state) =>
        Line(
            "reader",
            json =>
            {
                json.WriteString("user", place.User);
                json.WriteString("username", user);
                json.WriteString("state", JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()));
                json.WriteNumber("delivered", place.Delivered);
                json.WriteNumber("read", place.Read);
                Ended(json, place.Ended);
            }
        );

    public void Typing(TypingChanged typing, IReadOnlyList<string> users) =>
        Line(
            "typing",
            json =>
            {
                json.WriteString("conversation", typing.Conversation);
                json.WriteStartArray("users");
                foreach (var user in typing.Users)
                {
                    json.WriteStringValue(user);
                }

                json.WriteEndArray();
                json.WriteStartArray("usernames");
                foreach (var user in users)
                {
                    json.WriteStringValue(user);
                }

                json.WriteEndArray();
            }
        );

    public void Presence(UserPresence presence, string user) =>
        Line(
            "presence",
            json =>
            {
                json.WriteString("user", presence.User);
                json.WriteString("username", user);
                json.WriteBoolean("online", presence.IsOnline);
                if (presence.Since is { } since)
                {
                    json.WriteNumber("since", since.ToUnixTimeMilliseconds());
                }
            }
        );

    public void Contact(Contact contact) =>
        Line(
            "contact",
            json =>
            {
                json.WriteString("user", contact.User);
                json.WriteString("username", contact.Username);
                json.WriteString("state", Name(contact.State));
                json.WriteNumber("since", contact.Since.ToUnixTimeMilliseconds());
            }
        );

    public void Blocked(BlockedUser user) =>
        Line(
            "blocked",
            json =>
            {
                json.WriteString("user", user.User);
                json.WriteString("username", user.Username);
                json.WriteNumber("since", user.Since.ToUnixTimeMilliseconds());
            }
        );

    public void Privacy(UserPrivacy privacy) =>
        Line(
            "privacy",
            json =>
            {
                json.WriteBoolean("presence", privacy.Presence);
                json.WriteBoolean("read_receipts", privacy.ReadReceipts);
            }
        );

    public void State(ConnectionState state, ConnectException? error) =>
        Line(
            "state",
            json =>
            {
                json.WriteString("state", Name(state));
                Given(json, "error", error?.Message ?? "");
            }
        );

    private void Failed(string conversation, string cid, ConnectException error) =>
        Line(
            "failed",
            json =>
            {
                json.WriteString("conversation", conversation);
                Given(json, "cid", cid);
                json.WriteNumber("code", (int)error.Code);
                json.WriteString("message", error.Message);
                json.WriteBoolean("perhaps_sent", error.PerhapsSent);
            }
        );

    private void Line(string type, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write(json);
            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void Ended(Utf8JsonWriter json, EndedSeqs ended)
    {
        if (ended.Ranges.Count == 0)
        {
            return;
        }

        json.WriteStartArray("ended");
        foreach (var range in ended.Ranges)
        {
            json.WriteStartObject();
            json.WriteNumber("from", range.From);
            json.WriteNumber("to", range.To);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Given(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
