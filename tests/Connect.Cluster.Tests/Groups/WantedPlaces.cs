using System.Net;
using Connect.LoadGen.Load;
using Connect.Protocol.V1;
using Xunit;
using ErrorCode = Connect.Protocol.ErrorCode;

namespace Connect.Cluster.Tests.Groups;

/// <summary>How somebody comes into a group.</summary>
internal enum WantedPlace
{
    Add,
    Invite,
    Accept,
}

/// <summary>A change that may be sent again: it keeps its key.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="By">Who sends it.</param>
/// <param name="Subject">The id of the user it brings in.</param>
/// <param name="Key">Its idempotency key.</param>
internal sealed record PlaceChange(WantedPlace Kind, LoadUser By, string Subject, string Key);

/// <summary>A change and its answer; status 0: there was none.</summary>
internal sealed record Asked(PlaceChange Change, HttpStatusCode Status = 0, int Code = 0, long Seq = 0)
{
    public bool IsDone => Status == HttpStatusCode.OK;

    public bool IsRefusedAsFull => Status == HttpStatusCode.Conflict && Code == (int)ErrorCode.GroupFull;

    /// <summary>Not said for good: the same key tells, later.</summary>
    public bool IsOpen => Status == 0 || (int)Status >= 500;

    public override string ToString() =>
        $"{Change.Kind} of {Change.Subject}: {(int)Status} with code {Code}, seq {Seq}";
}

/// <summary>The list of members of a group.</summary>
internal sealed record ListedMembers(IReadOnlySet<string> Present, IReadOnlySet<string> Invited)
{
    public int Taken => Present.Count + Invited.Count;
}

/// <summary>An entry of a log, as far as it says who is in the group.</summary>
internal sealed record LoggedChange(long Seq, EntryKind Kind, IReadOnlyList<string> Users)
{
    /// <summary>Who is in, and who is invited, by the log alone.</summary>
    public static (HashSet<string> Present, HashSet<string> Invited) Fold(IEnumerable<LoggedChange> log)
    {
        var (present, invited) = (new HashSet<string>(), new HashSet<string>());
        foreach (var change in log)
        {
            foreach (var user in change.Users)
            {
                switch (change.Kind)
                {
                    case EntryKind.Created or EntryKind.Added or EntryKind.InviteAccepted:
                        Assert.True(present.Add(user), $"{user} came twice: {change.Seq}");
                        Assert.Equal(change.Kind == EntryKind.InviteAccepted, invited.Remove(user));
                        break;
                    case EntryKind.Invited:
                        Assert.True(invited.Add(user), $"{user} was invited twice: {change.Seq}");
                        break;
                    case EntryKind.Role:
                        Assert.Contains(user, present);
                        break;
                    default:
                        Assert.Fail($"An entry of kind {change.Kind} was not asked for.");
                        break;
                }
            }
        }

        return (present, invited);
    }
}
