using Connect.Client.Stores;
using Connect.Protocol.V1;
using Entry = Connect.Client.Entry;

namespace Connect.Cli.Screens.Chats;

/// <summary>What is no message, in words.</summary>
internal static class EntryWords
{
    public static string Of(ScreenModel model, LogItem item) =>
        item switch
        {
            { Entry: { } entry } => Of(model, entry),
            { Why: SkipReason.NotMember } => "you were not a member here",
            { Why: SkipReason.Expired } => "older than 30 days",
            { Why: SkipReason.Deleted } => "deleted",
            _ => "not available",
        };

    public static string Of(ScreenModel model, Entry entry)
    {
        var who = model.NameOf(entry.From);
        var whom = model.NameOf(entry.Change?.User ?? "");
        return entry switch
        {
            { Kind: EntryKind.Created, Change.Title.Length: > 0 } => $"{who} created the group",
            { Kind: EntryKind.Created } => $"{who} began the conversation",
            { Kind: EntryKind.Added } => $"{who} added {whom}",
            { Kind: EntryKind.Removed } => $"{who} removed {whom}",
            { Kind: EntryKind.Left } => $"{who} left",
            { Kind: EntryKind.Role } => $"{who} made {whom} {entry.Change?.Role.ToString().ToLowerInvariant()}",
            { Kind: EntryKind.Title } => $"{who} changed the title to {entry.Change?.Title}",
            { Kind: EntryKind.Invited } => $"{who} invited {whom}",
            { Kind: EntryKind.InviteAccepted } => $"{who} accepted the invite",
            { Kind: EntryKind.InviteEnded } => $"the invite of {whom} ended",
            _ => "something this version does not know",
        };
    }
}
