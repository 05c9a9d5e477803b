using Connect.Contracts.Identifiers;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway.Signals;

/// <summary>Typing through sessions: who hears of it, and when it ends.</summary>
public sealed class TypingTests : IAsyncLifetime, IDisposable
{
    private readonly GatewayHarness _gateway = new();
    private UserId _anna;
    private UserId _bert;
    private TestClient _writer = null!;
    private TestClient _reader = null!;
    private string _conversation = "";

    public async ValueTask InitializeAsync()
    {
        (_anna, _bert) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("bert"));
        _writer = await _gateway.ConnectLiveAsync(_anna);
        _reader = await _gateway.ConnectLiveAsync(_bert);
        var sent = await _writer.AnswerAsync(await _writer.SendAsync("hello", _bert));
        _conversation = sent.Sent.Conversation;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Who_has_the_conversation_open_hears_of_it_and_of_its_end_and_nobody_else()
    {
        var elsewhere = await _gateway.ConnectLiveAsync(_bert);
        var own = await _gateway.ConnectLiveAsync(_anna);
        await LookAsync(_reader, _conversation);
        await LookAsync(own, _conversation);
        await TypeAsync(true);
        await TypeAsync(false);

        await TypingIsAsync(_reader, [_anna], []);
        Assert.Empty(TypingOf(elsewhere));
        Assert.Empty(TypingOf(own));
        Assert.Empty(TypingOf(_writer));
    }

    [Fact]
    public async Task It_ends_by_itself_and_is_not_told_again_while_it_lasts()
    {
        await LookAsync(_reader, _conversation);
        for (var i = 0; i < 5; i++)
        {
            await TypeAsync(true);
        }

        await TypingIsAsync(_reader, [_anna]);
        Assert.Single(_gateway.Published, each => each.Typing is not null);
        PassAlive(3);
        await TypeAsync(true);
        await TypingIsAsync(_reader, [_anna], [_anna]);
        PassAlive(5.5);
        Assert.Equal(2, TypingOf(_reader).Count);
        PassAlive(1);
        await TypingIsAsync(_reader, [_anna], [_anna], []);
    }

    [Fact]
    public async Task A_message_ends_it()
    {
        await LookAsync(_reader, _conversation);
        await TypeAsync(true);
        await TypingIsAsync(_reader, [_anna]);
        await _writer.AnswerAsync(await _writer.SendAsync("there", _bert));
        await TypingIsAsync(_reader, [_anna], []);

        // And whoever goes on is heard at once.
        await TypeAsync(true);
        await TypingIsAsync(_reader, [_anna], [], [_anna]);
    }

    [Fact]
    public async Task A_session_in_the_background_or_one_that_does_not_want_it_hears_nothing()
    {
        await _reader.ReceiveAsync(
            new ClientFrame
            {
                State = new() { Activity = Activity.Background, Open = { _conversation } },
            }
        );
        var deaf = _gateway.Dial();
        var device = DeviceId.NewRandom();
        var hello = new Hello
        {
            Token = _gateway.NewToken(_bert, device),
            DeviceId = device.ToString(),
            Wants = new() { Receipts = true },
        };
        await deaf.AskAsync(new() { Hello = hello });
        await deaf.SyncAsync();
        await LookAsync(deaf, _conversation);
        await TypeAsync(true);

        Assert.Single(_gateway.Published, each => each.Typing is not null);
        Assert.Empty(TypingOf(_reader));
        Assert.Empty(TypingOf(deaf));
    }

    [Fact]
    public async Task Who_is_no_member_is_not_heard_and_is_not_answered()
    {
        var stranger = await _gateway.ConnectLiveAsync(await _gateway.NewUserAsync("carl"));
        await LookAsync(_reader, _conversation);
        await stranger.ReceiveAsync(Typing(_conversation, true), Typing("nonsense", true));
        Assert.DoesNotContain(_gateway.Published, each => each.Typing is not null);
        Assert.DoesNotContain(stranger.Frames, each => each.Err is not null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_block_hides_it_whoever_blocks(bool writerBlocks)
    {
        await LookAsync(_reader, _conversation);
        await TypeAsync(true);
        await TypingIsAsync(_reader, [_anna]);
        await TypeAsync(false);
        await TypingIsAsync(_reader, [_anna], []);
        var (owner, other) = writerBlocks ? (_anna, _bert) : (_bert, _anna);
        await _gateway.People.PutAsync(new(owner, other, BlockedAt: 1), new(9, 9, 9, 9, 9));
        PassAlive(3);
        await TypeAsync(true);
        Assert.Equal(2, TypingOf(_reader).Count);
        Assert.Equal(2, _gateway.Published.Count(each => each.Typing is not null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Too_many_words_are_ignored_whatever_the_number_of_devices(int devices)
    {
        await LookAsync(_reader, _conversation);
        var writers = new List<TestClient> { _writer };
        while (writers.Count < devices)
        {
            writers.Add(await _gateway.ConnectLiveAsync(_anna));
        }

        // Into a conversation each, so that none is left out as a repetition.
        var others = new List<string>();
        for (var i = 0; i < _gateway.Options.TypingRate * 3; i++)
        {
            var other = await _gateway.NewUserAsync($"other{i}");
            others.Add((await _writer.AnswerAsync(await _writer.SendAsync("hello", other))).Sent.Conversation);
        }

        foreach (var (i, other) in others.Index())
        {
            await writers[i % devices].ReceiveAsync(Typing(other, true));
        }

        Assert.Equal(_gateway.Options.TypingRate, _gateway.Published.Count(each => each.Typing is not null));
        PassAlive(1.25);
        await TypeAsync(true);
        Assert.Equal(_gateway.Options.TypingRate + 1, _gateway.Published.Count(each => each.Typing is not null));
    }

    [Fact]
    public async Task On_and_off_from_many_devices_is_told_as_one_who_types_on()
    {
        await LookAsync(_reader, _conversation);
        var second = await _gateway.ConnectLiveAsync(_anna);
        for (var i = 0; i < _gateway.Options.TypingRate; i++)
        {
            await (i % 3 == 0 ? second : _writer).ReceiveAsync(Typing(_conversation, i % 2 == 0));
        }

        await TypingIsAsync(_reader, [_anna], []);
        Assert.Equal(2, _gateway.Published.Count(each => each.Typing is not null));
    }

    [Fact]
    public async Task It_is_the_first_to_be_dropped_for_a_slow_reader()
    {
        await LookAsync(_reader, _conversation);
        _reader.Link.Stall();
        Assert.True(ConversationId.TryParse(_conversation, out var conversation));
        while (_reader.Session.Queue.Bytes <= _gateway.Options.QueueSoftBytes)
        {
            _gateway.Conversations.Write(conversation, _anna, _bert, new string('x', 4_000));
        }

        await TypeAsync(true);
        _reader.Link.Resume();
        await Eventually.TrueAsync(() => _reader.Session.Queue.IsEmpty, "an empty queue");
        Assert.Empty(TypingOf(_reader));
    }

    private static ClientFrame Typing(string conversation, bool on) =>
        new()
        {
            Typing = new() { Conversation = conversation, On = on },
        };

    private static ValueTask LookAsync(TestClient client, string conversation) =>
        client.ReceiveAsync(
            new ClientFrame
            {
                State = new() { Activity = Activity.Active, Open = { conversation } },
            }
        );

    private static List<string> TypingOf(TestClient client) =>
        [.. client.Frames.Where(each => each.Typing is not null).Select(each => string.Join(',', each.Typing.Users))];

    private ValueTask TypeAsync(bool on) => _writer.ReceiveAsync(Typing(_conversation, on));

    private static Task TypingIsAsync(TestClient client, params UserId[][] pushes)
    {
        List<string> expected = [.. pushes.Select(each => string.Join(',', each))];
        return Eventually.TrueAsync(
            () => TypingOf(client).SequenceEqual(expected),
            $"typing [{string.Join("] [", expected)}], got [{string.Join("] [", TypingOf(client))}]"
        );
    }

    private void PassAlive(double seconds) =>
        _gateway.Pass(
            TimeSpan.FromSeconds(seconds),
            () =>
            {
                _reader.Link.Activity.Received(messageIsOpen: false);
                _writer.Link.Activity.Received(messageIsOpen: false);
            }
        );
}
