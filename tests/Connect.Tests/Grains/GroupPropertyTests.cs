using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.State;
using Connect.Conversations.Writing;
using Connect.Storage.InMemory;
using CsCheck;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>
/// Groups against a model that says the same in the plainest way: who is what, who may what, and for each entry who may
/// see it. After every step the answer, the roles, the invites and what each user can read are equal.
/// </summary>
public sealed class GroupPropertyTests
{
    private const int Users = 6;

    private static readonly ConversationOptions Options = new()
    {
        RecentCids = 4,
        RecentEntries = 4,
        MaxGroupMembers = 5,
        MaxInvitesPerInviter = 2,
    };

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency(
            (3, Gen.Const(ChangeKind.None)),
            (4, Gen.Const(ChangeKind.Add)),
            (3, Gen.Const(ChangeKind.AcceptInvite)),
            (1, Gen.Const(ChangeKind.DeclineInvite)),
            (1, Gen.Const(ChangeKind.WithdrawInvite)),
            (2, Gen.Const(ChangeKind.Remove)),
            (2, Gen.Const(ChangeKind.Leave)),
            (3, Gen.Const(ChangeKind.SetRole)),
            (1, Gen.Const(ChangeKind.SetTitle)),
            (1, Gen.Const(ChangeKind.Create))
        ),
        Gen.Int[0, Users - 1],
        Gen.Int[0, Users - 1],
        Gen.Int[0, 63],
        Gen.Int[0, 5],
        (kind, actor, other, bits, detail) => new Step(kind, actor, other, bits, detail)
    );

    [Fact]
    public void Who_may_read_write_and_see_what_is_always_as_the_plain_model_says() =>
        Steps.Array[1, 40].Sample(steps => new Run().Play(steps), iter: 1_500);

    private readonly record struct Step(ChangeKind Kind, int Actor, int Other, int Bits, int Detail);

    private sealed class Run
    {
        private readonly MovingClock _clock = new();
        private readonly InMemoryStore _store;
        private readonly ConversationId _conversation = new(7);
        private readonly GroupModel _model = new(Users, Options.MaxGroupMembers, Options.MaxInvitesPerInviter);
        private ConversationState _state;
        private int _cids;

        public Run()
        {
            _store = new(_clock);
            _state = new(_conversation, null, false, Options);
        }

        public void Play(Step[] steps)
        {
            foreach (var step in steps)
            {
                Prepare(step.Detail);
                var expected = step.Kind == ChangeKind.None ? _model.Send(step.Actor) : Expect(step);
                var actual = step.Kind == ChangeKind.None ? Send(step.Actor) : Change(step);
                Assert.Equal(expected, actual);
                Check();
            }
        }

        private static UserId User(int index) => new((UInt128)(100 + index));

        private static MemberRole RoleOf(Step step) => (MemberRole)(1 + (step.Bits % 3));

        private static string TitleOf(Step step) => $"title {step.Bits % 2}";

        /// <summary>Now and then a new writer, or the days in which an invite lapses.</summary>
        private void Prepare(int detail)
        {
            if (detail == 0)
            {
                var snapshot = _store.LoadAsync(_conversation).AsTask().Result;
                _state = new(_conversation, snapshot, claimed: false, Options);
            }
            else if (detail == 1)
            {
                _clock.Days += 11;
            }

            _model.Now = _clock.Now;
        }

        private AppendStatus Expect(Step step) =>
            step.Kind switch
            {
                ChangeKind.Create => _model.Create(
                    step.Actor,
                    TitleOf(step),
                    Picked(step, even: true),
                    Picked(step, even: false)
                ),
                ChangeKind.Add => _model.Add(step.Actor, Picked(step, even: true), Picked(step, even: false)),
                ChangeKind.AcceptInvite => _model.Accept(step.Actor),
                ChangeKind.DeclineInvite => _model.Decline(step.Actor),
                ChangeKind.WithdrawInvite => _model.Withdraw(step.Actor, step.Other),
                ChangeKind.Remove => _model.Remove(step.Actor, step.Other),
                ChangeKind.Leave => _model.Leave(step.Actor),
                ChangeKind.SetRole => _model.SetRole(step.Actor, step.Other, RoleOf(step)),
                _ => _model.SetTitle(step.Actor, TitleOf(step)),
            };

        /// <summary>Users by the bits of a step: those to add (even) and those to invite.</summary>
        private static List<int> Picked(Step step, bool even) =>
            [.. Enumerable.Range(0, Users).Where(user => (step.Bits & (1 << user)) != 0 && user % 2 == 0 == even)];

        private AppendStatus Change(Step step)
        {
            var request = new ChangeRequest(
                User(step.Actor),
                NewCid(),
                step.Kind,
                User(step.Other),
                RoleOf(step),
                TitleOf(step),
                [.. Picked(step, even: true).Select(User)],
                [
                    .. Picked(step, even: false)
                        .Select(user => new Invitee(User(user), GroupModel.IsHidden(step.Actor, user))),
                ]
            );
            var status = Decide(request);
            if (status == AppendStatus.Committed)
            {
                // The same again, as after a lost answer: nothing changes, whatever happened to the actor by it.
                var head = _state.Head;
                Assert.Contains(Decide(request), Harmless(step.Kind));
                Assert.Equal(head, _state.Head);
            }

            return status;
        }

        /// <summary>
        /// An invite's end carries no cid, since it does not show who ended it: there is no invite any more.
        /// </summary>
        private static AppendStatus[] Harmless(ChangeKind kind) =>
            kind switch
            {
                ChangeKind.DeclineInvite or ChangeKind.WithdrawInvite =>
                [
                    AppendStatus.NotFound,
                    AppendStatus.NotMember,
                ],
                // Of a group that the last one left nothing is known any more.
                ChangeKind.Leave => [AppendStatus.Duplicate, AppendStatus.NotFound],
                _ => [AppendStatus.Committed, AppendStatus.Duplicate],
            };

        private AppendStatus Decide(ChangeRequest request)
        {
            var change = new WaitingChange(request);
            Decide(new AppendBatch { Change = change });
            return change.Reply.Result.Status;
        }

        private AppendStatus Send(int actor)
        {
            var item = new AppendItem(NewCid(), Encoding.UTF8.GetBytes("text"), default, 0);
            var append = new WaitingAppend(new(User(actor), default, default, [item]));
            var turn = new AppendBatch();
            turn.Messages.Add(new WaitingMessage(append, 0));
            Decide(turn);
            return append.Reply.Result.Results[0].Status;
        }

        private void Decide(AppendBatch turn)
        {
            for (var round = 0; round < 5; round++)
            {
                var decision = _state.Decide(turn, _clock.Now);
                if (decision.NeedsStore)
                {
                    StoreQuestions.AskAsync(_store, _conversation, turn, decision).GetAwaiter().GetResult();
                    continue;
                }

                if (decision.Commit is { } commit)
                {
                    var result = _store.CommitAsync(commit).AsTask().Result;
                    if (result.Status == CommitStatus.Duplicate)
                    {
                        StoreQuestions.TakeAnswers(turn, decision, result.Known);
                        continue;
                    }

                    Assert.Equal(CommitStatus.Committed, result.Status);
                    _state.Apply(commit);
                }

                AppendPump.Complete(turn, decision);
                return;
            }

            Assert.Fail("No decision was found.");
        }

        private void Check()
        {
            var none = TestContext.Current.CancellationToken;
            for (var user = 0; user < Users; user++)
            {
                var history = _store.ReadHistoryAsync(User(user), _conversation, new(0, 0, 0, 200, 1 << 20), none);
                var slice = history.AsTask().Result;
                Assert.Equal(_model.Sees(user).TakeLast(200), slice.Entries.Select(entry => entry.Seq));
                var members = _store.ReadMembersAsync(User(user), _conversation, none).AsTask().Result;
                Assert.Equal(_model.IsMember(user), members is not null);
                var invites = _store.ReadInvitesAsync(User(user), [_conversation], none).AsTask().Result;
                var pending = invites.Where(each =>
                    each.Invitation.Time + Options.InviteLifetimeMilliseconds > _clock.Now
                );
                Assert.Equal(_model.SeesInvite(user), pending.Any());
                if (members is { } all)
                {
                    var roles = all.Where(each => each.IsPresent).ToDictionary(each => each.User, each => each.Role);
                    Assert.Equal(_model.Roles(User), roles);
                }
            }
        }

        private Cid NewCid()
        {
            Span<byte> bytes = stackalloc byte[16];
            Guid.CreateVersion7(_clock.GetUtcNow()).TryWriteBytes(bytes, bigEndian: true, out _);
            BitConverter.TryWriteBytes(bytes[12..], ++_cids);
            return new(new Guid(bytes, bigEndian: true));
        }
    }

    private sealed class MovingClock : TimeProvider
    {
        public int Days { get; set; }

        public long Now => GetUtcNow().ToUnixTimeMilliseconds();

        public override DateTimeOffset GetUtcNow() =>
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(Days);
    }
}
