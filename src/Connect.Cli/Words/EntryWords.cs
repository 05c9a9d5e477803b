using Connect.Client.Stores;
using Connect.Protocol.V1;
using Entry = Connect.Client.Entry;

namespace Connect.Cli.Words;

/// <summary>
/// The one place in the terminal that knows the kinds of entries: what each of them says, beside the messages.
/// </summary>
internal static class EntryWords
{
    /// <summary>The message at this place in the log; null for a change or a gap.</summary>
    public static Entry? Message(this LogItem item) => item.Entry is { IsMessage: true } entry ? entry : null;

    /// <summary>A change or a gap in words.</summary>
    public static string Of(LogItem item, Func<string, string> nameOf) =>
        item.Entry is { } entry ? Of(entry, nameOf) : Of(item.Why);

    /// <summary>A change in words, with the names of its users looked up.</summary>
    public static string Of(Entry entry, Func<string, string> nameOf) =>
        Of(entry, nameOf(entry.From), entry.Change is { User.Length: > 0 } change ? nameOf(change.User) : "");

    /// <summary>A change in words.</summary>
    /// <param name="entry">The change.</param>
    /// <param name="who">The name of the user who made it.</param>
    /// <param name="whom">The name of the member it concerns; may be empty when the change names none.</param>
    public static string Of(Entry entry, string who, string whom)
    {
        whom = whom.Length > 0 ? whom : who;
        return entry.Kind switch
        {
            EntryKind.Created when entry.Change is { Title.Length: > 0 } change =>
                $"{who} created the group {change.Title}",
            EntryKind.Created => $"{who} started the conversation",
            EntryKind.Added => $"{who} added {whom}",
            EntryKind.Removed => $"{who} removed {whom}",
            EntryKind.Left => $"{whom} left",
            EntryKind.Role => $"{who} made {whom} {entry.Change?.Role.ToString().ToLowerInvariant()}",
            EntryKind.Title => $"{who} renamed the group to {entry.Change?.Title}",
            EntryKind.Invited => $"{who} invited {whom}",
            EntryKind.InviteAccepted => $"{whom} joined",
            EntryKind.InviteEnded => $"the invite for {whom} has ended",
            _ => "something this version cannot show",
        };
    }

    /// <summary>Why a range of the log holds nothing.</summary>
    public static string Of(SkipReason why) =>
        why switch
        {
            SkipReason.NotMember => "you were not a member",
            SkipReason.Expired => "not delivered in time; connect history shows it",
            SkipReason.Deleted => "deleted",
            _ => "not available",
        };
}
