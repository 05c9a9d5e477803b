using Connect.Contracts.Identifiers;
using Connect.Protocol;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

public sealed class HelloTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Welcome_tells_who_where_and_which_limits()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var device = DeviceId.NewRandom();
        var client = await _gateway.ConnectAsync(anna, device);

        var welcome = client.Frames[0].Welcome;
        Assert.Equal(anna.ToString(), welcome.User);
        Assert.Equal(device.ToString(), welcome.Device);
        Assert.Equal(client.Session.Id.ToString(), welcome.Session);
        Assert.Equal(_gateway.Node.ToString(), welcome.Node);
        Assert.Equal("incarnation", welcome.Incarnation);
        Assert.Equal((ulong)_gateway.Time.GetUtcNow().ToUnixTimeMilliseconds(), welcome.ServerTime);
        Assert.Equal(25_000u, welcome.PingMs);
        Assert.Equal(65_536u, welcome.Limits.Frame);
        Assert.Equal((uint)_gateway.Options.InFlight, welcome.Limits.InFlight);
        Assert.Equal(Resumed.No, welcome.Resumed);
        Assert.Equal(welcome.ServerTime + 86_400_000, welcome.TokenExpiresAt);
    }

    [Fact]
    public async Task The_route_is_registered_before_welcome()
    {
        var registering = new TaskCompletionSource();
        _gateway.BeforeRegister = () => registering.Task;
        var anna = await _gateway.NewUserAsync("anna");
        var device = DeviceId.NewRandom();
        var client = _gateway.Dial();
        var receiving = client.ReceiveAsync(Hello(_gateway.NewToken(anna, device), device)).AsTask();

        Assert.Empty(client.Frames);
        Assert.Contains(
            _gateway.Table.Routes(_gateway.Node),
            each => each.Session == client.Session.Id && each.User == anna
        );
        registering.SetResult();
        await receiving;
        await client.PushAsync(ServerFrame.BodyOneofCase.Welcome);
    }

    [Fact]
    public async Task A_session_that_ends_while_it_is_registered_leaves_no_route()
    {
        var registering = new TaskCompletionSource();
        _gateway.BeforeRegister = () => registering.Task;
        var anna = await _gateway.NewUserAsync("anna");
        var device = DeviceId.NewRandom();
        var client = _gateway.Dial();
        var receiving = client.ReceiveAsync(Hello(_gateway.NewToken(anna, device), device)).AsTask();
        client.Session.End();
        registering.SetResult();
        await receiving;

        Assert.Equal($"-{client.Session.Id}", _gateway.RouteLog.Last());
        Assert.Empty(_gateway.Table.Routes(_gateway.Node));
        Assert.Equal(0, _gateway.Table.Count);
    }

    [Fact]
    public async Task Another_first_frame_is_refused_for_good()
    {
        var client = _gateway.Dial();
        await client.ReceiveAsync(new ClientFrame { Id = 7, History = new() });

        var answer = await client.AnswerAsync(7);
        Assert.Equal((uint)ErrorCode.HelloExpected, answer.Err.Code);
        await client.ClosedWithAsync((int)CloseCode.BadProtocol);
    }

    [Fact]
    public async Task No_hello_in_five_seconds_closes()
    {
        var client = _gateway.Dial();
        _gateway.Pass(TimeSpan.FromSeconds(4.5));
        Assert.Empty(client.Frames);
        _gateway.Pass(TimeSpan.FromSeconds(1.5));

        var push = await client.PushAsync(ServerFrame.BodyOneofCase.Err);
        Assert.Equal((uint)ErrorCode.HelloExpected, push.Err.Code);
        await client.ClosedWithAsync((int)CloseCode.BadProtocol);
    }

    [Fact]
    public async Task A_bad_token_is_unauthenticated_and_an_old_one_expired()
    {
        var client = _gateway.Dial();
        await client.ReceiveAsync(Hello("nonsense", DeviceId.NewRandom()));
        Assert.Equal((uint)ErrorCode.Unauthenticated, (await client.AnswerAsync(1)).Err.Code);
        await client.ClosedWithAsync((int)CloseCode.Unauthenticated);

        client = _gateway.Dial();
        await client.ReceiveAsync(Hello(_gateway.NewExpiredToken(), DeviceId.NewRandom()));
        Assert.Equal((uint)ErrorCode.TokenExpired, (await client.AnswerAsync(1)).Err.Code);
        await client.ClosedWithAsync((int)CloseCode.TokenExpired);
    }

    [Fact]
    public async Task A_token_opens_sessions_of_its_own_device_only()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var client = _gateway.Dial();
        await client.ReceiveAsync(Hello(_gateway.NewToken(anna, DeviceId.NewRandom()), DeviceId.NewRandom()));

        var answer = await client.AnswerAsync(1);
        Assert.Equal((uint)ErrorCode.Forbidden, answer.Err.Code);
        Assert.Equal("device_id", answer.Err.Field);
        Assert.Empty(_gateway.RouteLog);
    }

    [Fact]
    public async Task A_token_of_no_device_takes_the_stated_one_but_needs_one()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var device = DeviceId.NewRandom();
        var client = _gateway.Dial();
        await client.ReceiveAsync(Hello(_gateway.NewToken(anna, default), device));
        Assert.Equal(device.ToString(), (await client.AnswerAsync(1)).Welcome.Device);

        client = _gateway.Dial();
        var hello = new Hello { Token = _gateway.NewToken(anna, default) };
        await client.ReceiveAsync(new ClientFrame { Id = 1, Hello = hello });
        Assert.Equal((uint)ErrorCode.Invalid, (await client.AnswerAsync(1)).Err.Code);
    }

    [Fact]
    public async Task The_same_device_connecting_again_replaces_its_older_session_and_no_other()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var device = DeviceId.NewRandom();
        var other = await _gateway.ConnectAsync(anna);
        var older = await _gateway.ConnectAsync(anna, device);
        var newer = await _gateway.ConnectAsync(anna, device);

        await older.ClosedWithAsync((int)CloseCode.ReplacedBySameDevice);
        Assert.Equal(0, newer.Link.ClosedWith);
        Assert.Equal(0, other.Link.ClosedWith);
        Assert.Equal(
            new[] { other.Session.Id, newer.Session.Id }.Order(),
            _gateway.Table.Routes(_gateway.Node).Select(each => each.Session).Order()
        );
        Assert.Contains($"-{older.Session.Id}", _gateway.RouteLog);
    }

    [Fact]
    public async Task Frames_behind_hello_in_one_message_are_acted_on_after_it()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var device = DeviceId.NewRandom();
        var client = _gateway.Dial();
        await client.ReceiveAsync(
            Hello(_gateway.NewToken(anna, device), device),
            new ClientFrame { Id = 2, Conversations = new() }
        );

        Assert.NotNull((await client.AnswerAsync(2)).Conversations);
        Assert.Equal([1ul, 2ul], client.Frames.Select(each => each.Id));
    }

    [Fact]
    public async Task Bye_ends_the_route_at_once_and_closes_normally()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var client = await _gateway.ConnectAsync(anna);
        await client.ReceiveAsync(new ClientFrame { Bye = new() });

        Assert.Empty(_gateway.Table.Routes(_gateway.Node));
        Assert.Equal($"-{client.Session.Id}", _gateway.RouteLog.Last());
        await client.ClosedWithAsync(1000);
    }

    [Fact]
    public async Task Unknown_kinds_are_answered_and_typing_is_not()
    {
        var client = await _gateway.ConnectAsync(await _gateway.NewUserAsync("anna"));
        await client.ReceiveAsync(
            new ClientFrame { Typing = new() },
            new ClientFrame { Id = 50 },
            new ClientFrame { Send = new() }
        );

        Assert.Equal((uint)ErrorCode.UnknownType, (await client.AnswerAsync(50)).Err.Code);

        // A request without a number cannot be answered by one.
        var unnumbered = await client.AnswerAsync(0);
        Assert.Equal("id", unnumbered.Err.Field);
        Assert.Equal(3, client.Frames.Count);
        Assert.True(client.Session.ReadGate.IsIdle);
    }

    private static ClientFrame Hello(string token, DeviceId device) =>
        new()
        {
            Id = 1,
            Hello = new() { Token = token, DeviceId = device.ToString() },
        };
}
