using System.Text;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.State;
using Connect.Storage.InMemory;
using CsCheck;
using Xunit;

namespace Connect.Tests.Grains;

/// <summary>
/// The rules of step 5 against a model that says the same in the plainest way: one list, searched from the start.
/// </summary>
public sealed class ConversationStatePropertyTests
{
    private const int Stranger = 2;
    private const int TooOldCid = 8;

    /// <summary>Small, so that memory ends within a run and the store has to be asked.</summary>
    private static readonly ConversationOptions Options = new() { RecentCids = 3, RecentEntries = 4 };

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, 2],
        Gen.Int[0, 8],
        Gen.Int[0, 3],
        Gen.Int[-4, 8],
        Gen.Int[0, 14],
        (user, cid, text, after, seen) => new Step(user, cid, text == 0 ? 1 : 0, after, seen)
    );

    private static readonly Gen<(Step[] Messages, Step[] Marks, int Reload)> Turns = Gen.Select(
        Steps.Array[0, 5],
        Steps.Array[0, 2],
        Gen.Int[0, 4]
    );

    [Fact]
    public void Every_turn_is_decided_as_the_plain_model_says() =>
        Turns.Array[1, 12].Sample(turns => new Run().Play(turns), iter: 2_000);

    private readonly record struct Step(int User, int Cid, int Text, int After, int Seen);

    private sealed class Run
    {
        private readonly SteadyClock _clock = new();
        private readonly InMemoryStore _store;
        private readonly UserId[] _users = [new(11), new(12), new(13)];
        private readonly ConversationId _conversation = new(7);
        private readonly List<(int User, int Cid, int Text)> _model = [];
        private readonly long[] _read = new long[2];
        private ConversationState _state;

        public Run()
        {
            _store = new(_clock);
            _state = new(_conversation, null, false, Options);
        }

        public void Play((Step[] Messages, Step[] Marks, int Reload)[] turns)
        {
            foreach (var (messages, marks, reload) in turns)
            {
                Reload(reload);
                var turn = new AppendBatch();
                var calls = messages.Select(step => Enqueue(turn, step)).ToList();
                var waiting = marks.Select(step => Enqueue(turn, step, step.Seen)).ToList();
                long head = _model.Count;
                var expected = messages.Select(Expect).ToList();
                Decide(turn);
                for (var i = 0; i < messages.Length; i++)
                {
                    var result = calls[i].Reply.Result.Results[0];
                    Assert.Equal(expected[i], (result.Status, result.Seq));
                }

                CheckMarks(messages, marks, waiting, expected, head);
            }
        }

        private static WaitingAppend Add(AppendBatch turn, AppendRequest request)
        {
            var append = new WaitingAppend(request);
            turn.Messages.Add(new WaitingMessage(append, 0));
            return append;
        }

        private WaitingAppend Enqueue(AppendBatch turn, Step step)
        {
            var peer = step.User == Stranger ? default : _users[1 - step.User];
            var after = step.After < 0 ? default : CidOf(step.After);
            var text = Encoding.UTF8.GetBytes($"text {step.Text}");
            var item = new AppendItem(CidOf(step.Cid), text, after, step.Seen);
            return Add(turn, new(_users[step.User], default, peer, [item]));
        }

        private WaitingMark Enqueue(AppendBatch turn, Step step, long read)
        {
            var mark = new WaitingMark(new(_users[step.User], 0, read));
            turn.Marks.Add(mark);
            return mark;
        }

        /// <summary>A writer that starts anew: by a plain load or by a claim.</summary>
        private void Reload(int kind)
        {
            if (kind > 1 && _state.Exists)
            {
                return;
            }

            var loaded = kind == 0 ? _store.ClaimAsync(_conversation) : _store.LoadAsync(_conversation);
            _state = new(_conversation, loaded.AsTask().Result, claimed: kind == 0, Options);
        }

        private void Decide(AppendBatch turn)
        {
            for (var round = 0; round < 40; round++)
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

                turn.Complete(decision);
                DecideLater(turn, decision);
                return;
            }

            Assert.Fail("No decision was found.");
        }

        /// <summary>The marks for which the store has to count.</summary>
        private void DecideLater(AppendBatch turn, AppendBatchDecision decision)
        {
            var queue = new AppendBatchQueue(Options);
            queue.Defer(turn, decision, isStopping: false);
            while (queue.HasWork)
            {
                Decide(queue.Take(marksAreDue: true, _ => true));
            }
        }

        private (AppendStatus Status, long Seq) Expect(Step step)
        {
            var index = _model.FindIndex(entry => entry.User == step.User && entry.Cid == step.Cid);
            if (index >= 0)
            {
                return _model[index].Text == step.Text
                    ? (AppendStatus.Duplicate, index + 1)
                    : (AppendStatus.Conflict, 0);
            }

            if (step.User == Stranger)
            {
                return (AppendStatus.NotFound, 0);
            }

            if (step.Cid == TooOldCid)
            {
                return (AppendStatus.TooOld, 0);
            }

            if (step.After >= 0 && !_model.Exists(entry => entry.User == step.User && entry.Cid == step.After))
            {
                return (AppendStatus.Predecessor, 0);
            }

            _model.Add((step.User, step.Cid, step.Text));
            return (AppendStatus.Committed, _model.Count);
        }

        private void CheckMarks(
            Step[] messages,
            Step[] marks,
            List<WaitingMark> waiting,
            List<(AppendStatus Status, long Seq)> expected,
            long head
        )
        {
            var snapshot = _store.LoadAsync(_conversation).AsTask().Result;
            for (var i = 0; i < marks.Length; i++)
            {
                var isMember = snapshot is not null && marks[i].User != Stranger;
                var status = waiting[i].Reply.Result.Status;
                Assert.Equal(isMember ? AppendStatus.Committed : AppendStatus.NotFound, status);
            }

            for (var user = 0; user < 2 && snapshot is not null; user++)
            {
                var wanted = marks.Where(step => step.User == user).Select(step => (long)step.Seen);
                var seen = messages
                    .Where((step, i) => step.User == user && expected[i].Status == AppendStatus.Committed)
                    .Select(step => (long)step.Seen);
                var target = Math.Min(head, wanted.Concat(seen).DefaultIfEmpty(0).Max());
                var stored = snapshot.Members.Single(member => member.User == _users[user]).Marks;
                Assert.True(stored.Read >= Math.Max(_read[user], target), "A mark did not rise.");
                Assert.All(
                    _model
                        .Skip((int)Math.Max(_read[user], target))
                        .Take((int)(stored.Read - Math.Max(_read[user], target))),
                    entry => Assert.Equal(user, entry.User)
                );
                _read[user] = stored.Read;
                var unread = _model.Skip((int)stored.Read).Count(entry => entry.User != user);
                Assert.Equal(unread, snapshot.Messages - stored.ReadMessages - stored.OwnAbove);
                Assert.True(stored.Delivered >= stored.Read, "Read implies delivered.");
            }
        }

        private Cid CidOf(int index)
        {
            var time = _clock.GetUtcNow() - (index == TooOldCid ? TimeSpan.FromDays(30) : TimeSpan.Zero);
            Span<byte> bytes = stackalloc byte[16];
            Guid.CreateVersion7(time).TryWriteBytes(bytes, bigEndian: true, out _);
            bytes[6] = 0x70;
            bytes[7] = 0;
            bytes[8] = 0x80;
            bytes[9..].Fill((byte)index);
            return new(new Guid(bytes, bigEndian: true));
        }
    }

    /// <summary>Stands still: a cid of one number stays the same.</summary>
    private sealed class SteadyClock : TimeProvider
    {
        public long Now => GetUtcNow().ToUnixTimeMilliseconds();

        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
