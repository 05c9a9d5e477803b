using Connect.Client;

namespace Connect.Cli.Output;

/// <remarks>This part: other users, and what they do.</remarks>
internal sealed partial class JsonOutput
{
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

    public void Reader(MemberPlace place, string user, long seq) =>
        Line(
            "reader",
            json =>
            {
                json.WriteString("user", place.User);
                json.WriteString("username", user);
                json.WriteNumber("delivered", place.Delivered);
                json.WriteNumber("read", place.Read);
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
}
