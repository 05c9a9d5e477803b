using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;
using CsCheck;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>Nothing is lost between what a sync reads and what is pushed, whatever happens meanwhile.</summary>
public sealed class SyncPropertyTests
{
    private const int Conversations = 4;

    [Theory]
    [InlineData(SyncMode.All)]
    [InlineData(SyncMode.Listed)]
    public async Task A_device_that_synced_while_others_wrote_lacks_nothing(SyncMode mode) =>
        await Gen.Int[0, 9999]
            .Array[20, 150]
            .SampleAsync(
                async script =>
                {
                    using var run = new Run(script);
                    await run.PlayAsync(mode);
                },
                iter: 400,
                threads: 1
            );

    /// <summary>One random history, decided by a script so that a failure can be shrunk and played again.</summary>
    private sealed class Run : IDisposable
    {
        private readonly int[] _script;
        private readonly GatewayHarness _gateway;
        private readonly InterleavingReader _reader = new();
        private readonly UserId _me = UserId.NewRandom();
        private readonly UserId[] _peers = [.. Enumerable.Range(0, Conversations).Select(_ => UserId.NewRandom())];
        private readonly List<Publication> _undelivered = [];
        private readonly Dictionary<string, HashSet<ulong>> _held = [];
        private int _at;

        public Run(int[] script)
        {
            _script = script;
            _gateway = new(
                options =>
                {
                    options.SyncPageEntries = 3;
                    options.SyncPageConversations = 2;
                },
                _reader.Wrap
            );
            _gateway.Publish = _undelivered.Add;
        }

        private bool IsOver => _at >= _script.Length;

        public void Dispose() => _gateway.Dispose();

        public async Task PlayAsync(SyncMode mode)
        {
            Step(Choose(20));
            _undelivered.Clear();
            var client = await _gateway.ConnectAsync(_me);
            _reader.BeforeRead = () =>
            {
                Step(Choose(3));
                if (Choose(5) == 4)
                {
                    throw new InvalidOperationException("A read that fails.");
                }
            };
            _reader.AfterRead = () =>
            {
                Step(Choose(3));
                if (Choose(7) == 6)
                {
                    throw new InvalidOperationException("A read whose answer is lost.");
                }
            };
            await SyncAsync(client, mode);
            Step(Choose(5));
            while (_undelivered.Count > 0)
            {
                DeliverOne();
            }

            await Eventually.TrueAsync(() => client.Session.Queue.IsEmpty, "an empty queue");
            Take(client.Frames);
            foreach (var peer in _peers)
            {
                var conversation = _gateway.Keys.Derive(_me, peer);
                var head = (await _gateway.Store.LoadAsync(conversation))?.NextSeq - 1 ?? 0;
                var held = _held.GetValueOrDefault(conversation.ToString()) ?? [];
                var missing = Enumerable.Range(1, (int)head).Where(seq => !held.Contains((ulong)seq));
                Assert.True(!missing.Any(), $"Missing of {head}: {string.Join(' ', missing)}");
            }
        }

        private async Task SyncAsync(TestClient client, SyncMode mode)
        {
            var sync = new Sync { Mode = mode };
            foreach (var peer in _peers)
            {
                // Conversations the device does not list are taken from their start, or, when it says that the
                // list is all, are told by hints, which it answers by reading.
                if (mode == SyncMode.All && Choose(3) == 0)
                {
                    continue;
                }

                var conversation = _gateway.Keys.Derive(_me, peer);
                var head = (await _gateway.Store.LoadAsync(conversation))?.NextSeq - 1 ?? 0;
                var position = (ulong)Choose((int)head + 1);
                var listed = mode == SyncMode.All || Choose(2) == 0;
                position = listed ? position : (ulong)head;
                _held[conversation.ToString()] = [.. Range(1, position)];
                if (listed)
                {
                    sync.Positions.Add(new Position { Conversation = conversation.ToString(), Seq = position });
                }
            }

            var answer = await client.AskAsync(new() { Sync = sync });
            while (answer.SyncPage?.Synced != true)
            {
                Assert.True(answer.SyncPage is not null || answer.Err.Retryable, answer.ToString());
                Step(Choose(3));
                answer = await client.AskAsync(new() { Next = new() });
            }
        }

        private static IEnumerable<ulong> Range(ulong from, ulong to)
        {
            for (var seq = from; seq <= to; seq++)
            {
                yield return seq;
            }
        }

        private int Choose(int below) => IsOver ? 0 : _script[_at++] % below;

        private void Step(int times)
        {
            for (var i = 0; i < times && !IsOver; i++)
            {
                if (Choose(2) == 0)
                {
                    DeliverOne();
                }
                else
                {
                    var peer = _peers[Choose(Conversations)];
                    var (from, to) = Choose(2) == 0 ? (peer, _me) : (_me, peer);
                    _gateway.Conversations.Write(_gateway.Keys.Derive(_me, peer), from, to, "text");
                }
            }
        }

        /// <summary>Pushes come in any order, and some lost their content on the way.</summary>
        private void DeliverOne()
        {
            if (_undelivered.Count == 0)
            {
                return;
            }

            var i = Choose(_undelivered.Count);
            var publication = _undelivered[i];
            _undelivered.RemoveAt(i);
            _gateway.Delivery.Deliver([
                Choose(4) == 0
                    ? Publication.Hint(publication.Conversation, publication.Head, publication.Recipients)
                    : publication,
            ]);
        }

        private void Take(IReadOnlyList<ServerFrame> frames)
        {
            var isLive = false;
            foreach (var frame in frames)
            {
                Assert.True(isLive || (frame.Entries is null && frame.Hint is null), "Pushed before synced.");
                isLive |= frame.SyncPage?.Synced ?? false;
                foreach (var entry in frame.SyncPage?.Entries ?? frame.Entries?.Entries_ ?? [])
                {
                    Hold(entry.Conversation, entry.Seq, entry.Seq);
                }

                foreach (var skipped in frame.SyncPage?.Skipped ?? [])
                {
                    Hold(skipped.Conversation, skipped.From, skipped.To);
                }

                foreach (var hint in frame.Hint?.Hints_ ?? [])
                {
                    // The client pulls up to the head.
                    Hold(hint.Conversation, 1, hint.Head);
                }
            }
        }

        private void Hold(string conversation, ulong from, ulong to)
        {
            if (!_held.TryGetValue(conversation, out var held))
            {
                _held.Add(conversation, held = []);
            }

            held.UnionWith(Range(from, to));
        }
    }
}
