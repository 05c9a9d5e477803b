using System.Globalization;
using Connect.Cli.Screens.Drawing;
using Connect.Client;
using Connect.Protocol.V1;
using Entry = Connect.Client.Entry;
using EntryChange = Connect.Client.EntryChange;

namespace Connect.Cli.Output;

/// <summary>Lines for people.</summary>
internal sealed class TextOutput(TextWriter writer) : IOutput
{
    private const int UnreadCap = 100;

    public void Account(string what, string username, string user, string device) =>
        writer.WriteLine(device.Length == 0 ? $"{what} {username}." : $"{what} {username} (device {device}).");

    public void Conversation(ConversationInfo conversation)
    {
        var unread = conversation.Unread switch
        {
            0 => "",
            >= UnreadCap => "99+ new",
            var count => $"{count} new",
        };
        var last = conversation.Last is { } entry ? $"{Time(entry.Time)}  {Preview(entry)}" : "";
        var title = NameOr(conversation.Title, conversation.Id);
        var notes =
            (conversation.Request ? "request  " : "")
            + (conversation.MutedUntil is { } until ? $"muted until {Time(until)}  " : "");
        writer.WriteLine($"{Printable(title), -20}  {unread, -8}  {notes}{last}".TrimEnd());
    }

    public void Entry(Entry entry, string from, string concerned = "") =>
        writer.WriteLine(
            entry.Kind == EntryKind.Message
                ? $"{Time(entry.Time)}  {Printable(from)}: {Printable(entry.Text)}"
                : $"{Time(entry.Time)}  — {Describe(entry, Printable(from), Printable(concerned))}"
        );

    public void Group(string id, string title) => writer.WriteLine($"Created the group {Printable(title)} ({id}).");

    public void Member(GroupMember member) =>
        writer.WriteLine(
            $"{Printable(member.Username), -32}  {(member.IsInvited ? "invited" : Name(member.Role))}".TrimEnd()
        );

    public void Invite(GroupInvite invite) =>
        writer.WriteLine(
            $"{Printable(invite.Title), -32}  by {Printable(invite.InvitedByUsername)}, {invite.MemberCount} members, "
                + $"until {Time(invite.ExpiresAt)}"
        );

    public void Added(string username, string user, bool isInvited) =>
        writer.WriteLine($"{Printable(username)} {(isInvited ? "is invited" : "is a member")}.");

    public void Sent(SentMessage message) => writer.WriteLine($"✓ sent #{message.Seq}");

    public void Queued(OutgoingMessage message) => writer.WriteLine("… waits in the outbox");

    public void Failed(OutgoingMessage message, ConnectException error) =>
        writer.WriteLine($"✗ {(error.PerhapsSent ? "perhaps not sent" : "not sent")}: {error.Message}");

    public void Skipped(RangeSkipped range)
    {
        var why = range.Why switch
        {
            SkipReason.NotMember => "you were not a member",
            SkipReason.Expired => "older than 30 days, see history",
            SkipReason.Deleted => "deleted",
            _ => "not available",
        };
        writer.WriteLine($"— #{range.From} to #{range.To}: {why}");
    }

    public void Receipt(ReceiptChanged receipt, string user, string tally = "")
    {
        var sum = tally.Length > 0 ? ", " + tally : "";
        writer.WriteLine(
            receipt.Read > 0 && receipt.Read >= receipt.Delivered
                ? $"✓✓ {Printable(user)} has read up to #{receipt.Read}{sum}"
                : $"✓✓ {Printable(user)} has received up to #{receipt.Delivered}{sum}"
        );
    }

    public void Counts(ReceiptCountsChanged counts, int others = 0)
    {
        var all = others > 0 ? $" of {others}" : "";
        writer.WriteLine($"✓✓ #{counts.Seq}: delivered to {counts.Delivered}{all}, read by {counts.Read}{all}");
    }

    public void Reader(MemberPlace place, string user, long seq) =>
        writer.WriteLine(
            $"{Printable(user), -32}  "
                + (
                    place.Read >= seq ? "read"
                    : place.Delivered >= seq ? "delivered"
                    : "not yet"
                )
        );

    public void Typing(TypingChanged typing, IReadOnlyList<string> users)
    {
        if (users.Count > 0)
        {
            writer.WriteLine("— " + TypingWords.Of([.. users.Select(Printable)]));
        }
    }

    public void Presence(UserPresence presence, string user) =>
        writer.WriteLine($"— {Printable(user)} is {(presence.IsOnline ? "online" : "offline")}");

    public void Contact(Contact contact)
    {
        var state = contact.State switch
        {
            ContactState.Contact => "contact",
            ContactState.Requested => "you asked",
            ContactState.Asked => "asks you: connect contacts accept",
            _ => "",
        };
        writer.WriteLine($"{Printable(NameOr(contact.Username, contact.User)), -32}  {state}".TrimEnd());
    }

    public void Blocked(BlockedUser user) => writer.WriteLine(Printable(NameOr(user.Username, user.User)));

    public void Privacy(UserPrivacy privacy)
    {
        writer.WriteLine($"presence       {(privacy.Presence ? "on" : "off")}");
        writer.WriteLine($"read-receipts  {(privacy.ReadReceipts ? "on" : "off")}");
    }

    public void State(ConnectionState state, ConnectException? error) =>
        writer.WriteLine(error is null ? $"— {Name(state)}" : $"— {Name(state)}: {error.Message}");

    /// <summary>
    /// A text as a terminal may show it: another user's text must not move the cursor, recolour the screen or turn the
    /// direction of a line, and none of its lines may look like one of ours.
    /// </summary>
    internal static string Printable(string text) =>
        SafeText.Clean(text).Replace("\n", "\n    ", StringComparison.Ordinal);

    private static string NameOr(string name, string id) => name.Length > 0 ? name : id;

    private static string Time(DateTimeOffset time) =>
        time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The last entry in a list, which has no names of its own.</summary>
    private static string Preview(Entry entry) =>
        entry.Kind == EntryKind.Message ? Printable(entry.Text) : Describe(entry, "somebody", "somebody");

    private static string Describe(Entry entry, string who, string whom)
    {
        var change = entry.Change ?? new EntryChange("", Role.Unspecified, "", []);
        return entry.Kind switch
        {
            EntryKind.Created => $"{who} created the group {Printable(change.Title)}",
            EntryKind.Added => $"{who} added {whom}",
            EntryKind.Removed => $"{who} removed {whom}",
            EntryKind.Left => $"{whom} left",
            EntryKind.Role => $"{who} made {whom} {Name(change.Role)}",
            EntryKind.Title => $"{who} renamed the group to {Printable(change.Title)}",
            EntryKind.Invited => $"{who} invited {whom}",
            EntryKind.InviteAccepted => $"{whom} joined",
            EntryKind.InviteEnded => $"the invite of {whom} is over",
            _ => "something this version does not know",
        };
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
