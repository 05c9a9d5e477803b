using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Conversations.State;
using CsCheck;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>The last places of a group, with the limits of production, taken by many at once.</summary>
public sealed class GroupLimitTests
{
    private const int Limit = 500;
    private const int Racers = 50;

    /// <summary>
    /// 499 people, 30 of them invited: every admin adds or invites somebody else while the invited accept, at two
    /// writers of which one is stale.
    /// </summary>
    [Fact]
    public void Adders_inviters_and_accepters_at_once_leave_five_hundred_and_never_more() =>
        Gen.Int[0, int.MaxValue - 1].Sample(Race, iter: 6, threads: 1);

    private static void Race(int seed)
    {
        var random = new Random(seed);
        var world = new PumpWorld(new ConversationOptions());
        var admins = Users(1_000, Racers);
        var invited = Users(2_000, 30);
        Committed(
            Change(world, world.Ann, ChangeKind.Create, "group") with
            {
                Add = [.. admins, .. Users(3_000, Limit - 2 - Racers - invited.Length)],
                Invite = [.. invited.Select(user => new Invitee(user, false))],
            }
        );
        foreach (var admin in admins)
        {
            Committed(Change(world, world.Ann, ChangeKind.SetRole) with { User = admin, Role = MemberRole.Admin });
        }

        Assert.Equal(Limit - 1, Count(world));
        var other = world.NewPump();
        var requests = admins
            .Select((admin, i) => Bring(world, admin, new(4_000 + (UInt128)i), random.Next(2) == 0))
            .Concat(invited.Select(user => Change(world, user, ChangeKind.AcceptInvite)))
            .ToArray();
        random.Shuffle(requests);
        var replies = new List<Task<ChangeReply>>();
        world.InOneTurn(() =>
            replies.AddRange(requests.Select(each => (random.Next(4) == 0 ? other : world.Pump).ChangeAsync(each)))
        );
        var statuses = replies.Select(reply => world.Finish(reply).Status).ToList();

        // What a fenced writer refused is asked again, until everybody has their answer.
        for (var round = 0; statuses.Contains(AppendStatus.Unavailable); round++)
        {
            Assert.InRange(round, 0, requests.Length);
            for (var i = 0; i < requests.Length; i++)
            {
                if (statuses[i] == AppendStatus.Unavailable)
                {
                    statuses[i] = world.Finish(world.StartChange(world.Pump, requests[i])).Status;
                }
            }
        }

        Assert.Equal(Limit, Count(world));
        Assert.All(
            requests.Zip(statuses),
            each =>
                Assert.Contains(
                    each.Second,
                    each.First.Kind == ChangeKind.AcceptInvite
                        ? [AppendStatus.Committed, AppendStatus.Duplicate]
                        : new[] { AppendStatus.Committed, AppendStatus.Duplicate, AppendStatus.GroupFull }
                )
        );
        Assert.Single(
            requests.Zip(statuses),
            each => each.First.Kind == ChangeKind.Add && each.Second != AppendStatus.GroupFull
        );
        Assert.All(invited, user => Assert.True(world.Load()!.Members.Single(each => each.User == user).IsPresent));

        void Committed(ChangeRequest request) => Assert.Equal(AppendStatus.Committed, world.Change(request).Status);
    }

    private static UserId[] Users(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => new UserId((UInt128)number))];

    private static ChangeRequest Change(PumpWorld world, UserId actor, ChangeKind kind, string? title = null) =>
        new(actor, world.Message("").Cid, kind, Title: title);

    private static ChangeRequest Bring(PumpWorld world, UserId admin, UserId user, bool adds) =>
        adds
            ? Change(world, admin, ChangeKind.Add) with
            {
                Add = [user],
            }
            : Change(world, admin, ChangeKind.Add) with
            {
                Invite = [new(user, false)],
            };

    private static int Count(PumpWorld world) =>
        world.Load()!.Members.Count(member => member.IsPresent || member.Invitation is not null);
}
