using Connect.Accounts.People;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using CsCheck;
using Xunit;

namespace Connect.Tests.People;

/// <summary>Random operations of four users against a plain model of wills, declines and blocks.</summary>
public sealed class PeoplePropertyTests
{
    private const int Users = 4;

    private enum Step
    {
        Request,
        Accept,
        Decline,
        Remove,
        Block,
        Unblock,
    }

    private static readonly Gen<(Step Step, int User, int Other)[]> Steps = Gen.Select(
        Gen.Enum<Step>(),
        Gen.Int[0, Users - 1],
        Gen.Int[1, Users - 1],
        (step, user, apart) => (step, user, (user + apart) % Users)
    ).Array[1, 40];

    [Fact]
    public void Who_is_a_contact_who_sees_a_request_and_who_is_closed_out_is_what_a_plain_model_says() =>
        Steps.Sample(steps => RunAsync(steps).GetAwaiter().GetResult(), iter: 400);

    private static async Task RunAsync((Step Step, int User, int Other)[] steps)
    {
        var world = new PeopleWorld();
        var users = new UserId[Users];
        for (var i = 0; i < Users; i++)
        {
            users[i] = await world.AddUserAsync();
        }

        var model = new Model();
        foreach (var (step, user, other) in steps)
        {
            var refusal = await DoAsync(world, step, users[user], users[other]);
            Assert.Equal(model.Do(step, user, other), refusal?.Reason ?? RefusalReason.None);
            await CompareAsync(world, model, users);
        }
    }

    private static ValueTask<Refusal?> DoAsync(PeopleWorld world, Step step, UserId user, UserId other) =>
        step switch
        {
            Step.Request => world.Contacts.RequestAsync(user, other, CancellationToken.None),
            Step.Accept => world.Contacts.AcceptAsync(user, other, CancellationToken.None),
            Step.Decline => world.Contacts.DeclineAsync(user, other, CancellationToken.None),
            Step.Remove => world.Contacts.RemoveAsync(user, other, CancellationToken.None),
            Step.Block => world.Blocks.BlockAsync(user, other, CancellationToken.None),
            _ => world.Blocks.UnblockAsync(user, other, CancellationToken.None),
        };

    private static async Task CompareAsync(PeopleWorld world, Model model, UserId[] users)
    {
        for (var one = 0; one < Users; one++)
        {
            var listed = (await world.Contacts.ListAsync(users[one], CancellationToken.None)).ToDictionary(
                each => each.Mine.Other,
                each => each.State
            );
            var contacts = await world.Relations.FindContactsAsync(users[one], [.. users], CancellationToken.None);
            var blocks = await world.Relations.FindBlocksAsync(users[one], [.. users], CancellationToken.None);
            for (var other = 0; other < Users; other++)
            {
                if (one == other)
                {
                    continue;
                }

                var state = model.See(one, other);
                Assert.Equal(state, listed.GetValueOrDefault(users[other]));
                Assert.Equal(state == RelationState.Contact, contacts.Contains(users[other]));
                var block = blocks.FirstOrDefault(each => each.Other == users[other]);
                Assert.Equal((model.Blocks(one, other), model.Blocks(other, one)), (block.ByOne, block.ByOther));
                var flags = await world.FlagsAsync(users[one], users[other]) ?? MemberFlags.None;
                Assert.Equal(model.Blocks(one, other), flags.HasFlag(MemberFlags.Blocks));
            }
        }
    }

    /// <summary>Wills, what is asked and shown, and blocks, as sets of pairs.</summary>
    private sealed class Model
    {
        private readonly HashSet<(int, int)> _wants = [];
        private readonly HashSet<(int Asked, int By)> _shown = [];
        private readonly HashSet<(int, int)> _declined = [];
        private readonly HashSet<(int, int)> _blocks = [];

        public bool Blocks(int one, int other) => _blocks.Contains((one, other));

        public RelationState See(int one, int other) =>
            _wants.Contains((one, other))
                ? _wants.Contains((other, one))
                    ? RelationState.Contact
                    : RelationState.Requested
                : _wants.Contains((other, one)) && _shown.Contains((one, other)) && !_declined.Contains((one, other))
                    ? RelationState.Asked
                    : RelationState.None;

        public RefusalReason Do(Step step, int one, int other)
        {
            switch (step)
            {
                case Step.Request:
                    return Request(one, other);
                case Step.Accept:
                    return See(one, other) switch
                    {
                        RelationState.Contact => RefusalReason.None,
                        RelationState.Asked => Request(one, other),
                        _ => RefusalReason.NotFound,
                    };
                case Step.Decline when See(one, other) != RelationState.Asked:
                    return RefusalReason.NotFound;
                case Step.Decline:
                    _declined.Add((one, other));
                    return RefusalReason.None;
                case Step.Remove:
                    EndWill(one, other);
                    return RefusalReason.None;
                case Step.Block:
                    EndWill(one, other);
                    _declined.Remove((one, other));
                    _blocks.Add((one, other));
                    return RefusalReason.None;
                default:
                    _blocks.Remove((one, other));
                    return RefusalReason.None;
            }
        }

        private RefusalReason Request(int one, int other)
        {
            if (Blocks(one, other) || Blocks(other, one))
            {
                return RefusalReason.Forbidden;
            }

            _wants.Add((one, other));
            _declined.Remove((one, other));
            _shown.Add((other, one));
            return RefusalReason.None;
        }

        private void EndWill(int one, int other)
        {
            _wants.Remove((one, other));
            _shown.Remove((one, other));
            _shown.Remove((other, one));
        }
    }
}
