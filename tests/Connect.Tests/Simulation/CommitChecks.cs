using Connect.Contracts.Conversations;
using Connect.Contracts.Storage;
using Xunit;

namespace Connect.Tests.Simulation;

/// <summary>What must hold after every single commit.</summary>
internal static class CommitChecks
{
    public static async Task CheckAsync(SimulatedWorld world, ConversationSnapshot? before, ConversationCommit commit)
    {
        if (commit.Create is not null)
        {
            foreach (var user in world.Users)
            {
                var rows = await world.Truth.ListAsync(user, TestContext.Current.CancellationToken);
                if (rows.All(row => row.Conversation != commit.Conversation))
                {
                    world.Violations.Add("An entry was committed before the index row of a member.");
                }
            }
        }

        var after = (await world.Truth.LoadAsync(commit.Conversation))!;
        var log = world.ReadLog();
        foreach (var member in after.Members)
        {
            var old = before?.Members.FirstOrDefault(other => other.User == member.User)?.Marks ?? default;
            if (member.Marks.Read < old.Read || member.Marks.Delivered < old.Delivered)
            {
                world.Violations.Add($"Marks sank from {old} to {member.Marks}.");
            }

            // The naive model: others' messages above `read`, counted one by one.
            var unread = log.Count(entry =>
                entry.Kind == EntryKind.Message && entry.From != member.User && entry.Seq > member.Marks.Read
            );
            var computed = after.Messages - member.Marks.ReadMessages - member.Marks.OwnAbove;
            if (unread != computed)
            {
                world.Violations.Add($"Unread is {computed} by subtraction and {unread} by counting: {member.Marks}.");
            }

            if (member.Marks.Delivered < member.Marks.Read || member.Marks.Read > log.Length)
            {
                world.Violations.Add($"Marks out of range at head {log.Length}: {member.Marks}.");
            }
        }
    }
}
