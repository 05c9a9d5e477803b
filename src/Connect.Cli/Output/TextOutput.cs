using System.Globalization;
using Connect.Cli.Drawing;
using Connect.Cli.Words;
using Connect.Client;
using Entry = Connect.Client.Entry;

namespace Connect.Cli.Output;

/// <summary>Lines for people.</summary>
internal sealed class TextOutput(TextWriter writer) : IOutput
{
    private const int UnreadCap = 100;

    public void Account(string what, string username, string user, string device) =>
        writer.WriteLine(device.Length == 0 ? $"{what} {username}." : $"{what} {username} (device {device}).");

    public void Device(DeviceInfo device)
    {
        var used = device.LastUsedAt?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var marks = (device.IsCurrent ? " (this one)" : "") + (device.IsConnected ? " (connected)" : "");
        writer.WriteLine($"{device.Id}  {Printable(device.Name)}  {used ?? "logged out"}{marks}");
    }

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
            entry.IsMessage
                ? $"{Time(entry.Time)}  {Printable(from)}: {Printable(entry.Text)}"
                : $"{Time(entry.Time)}  — {Printable(EntryWords.Of(entry, from, concerned))}"
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

    public void NotQueued(string conversation, ConnectException error) =>
        writer.WriteLine($"✗ not sent: {error.Message}");

    public void Skipped(RangeSkipped range) =>
        writer.WriteLine($"— #{range.From} to #{range.To}: {EntryWords.Of(range.Why)}");

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

    public void Reader(MemberPlace place, string user, ReaderState state) =>
        writer.WriteLine($"{Printable(user), -32}  {ReaderWords.Of(state)}");

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
            ContactState.Requested => "request sent",
            ContactState.Asked => "sent you a request: connect contacts accept",
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
    /// A text that is safe to print: what another user wrote must not move the cursor, recolour the screen or reverse a
    /// line, and none of its lines may pass for one of ours.
    /// </summary>
    internal static string Printable(string text) =>
        SafeText.Clean(text).Replace("\n", "\n    ", StringComparison.Ordinal);

    private static string NameOr(string name, string id) => name.Length > 0 ? name : id;

    private static string Time(DateTimeOffset time) =>
        time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The last entry of a conversation in the list, which carries no names.</summary>
    private static string Preview(Entry entry) =>
        Printable(entry.IsMessage ? entry.Text : EntryWords.Of(entry, _ => "somebody"));

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
