using Connect.Accounts.Identity;
using Connect.Contracts.Identifiers;
using Connect.Protocol;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway;

/// <summary>Sessions whose login is ended while they live, or while they say hello.</summary>
public sealed class LoginEndSessionTests : IDisposable
{
    private readonly GatewayHarness _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task The_sessions_of_an_ended_login_are_told_and_closed_and_no_others()
    {
        var (anna, ben) = (await _gateway.NewUserAsync("anna"), await _gateway.NewUserAsync("ben"));
        var device = DeviceId.NewRandom();
        var ended = await _gateway.ConnectAsync(anna, device);
        var other = await _gateway.ConnectAsync(anna);
        var stranger = await _gateway.ConnectAsync(ben, device);

        await _gateway.Table.LoginRevokedAsync(LoginRevocation.OfDevice(anna, device));

        Assert.Equal((uint)ErrorCode.Unauthenticated, (await ended.PushAsync(ServerFrame.BodyOneofCase.Err)).Err.Code);
        await ended.ClosedWithAsync((int)CloseCode.Unauthenticated);
        Assert.Equal((0, 0), (other.Link.ClosedWith, stranger.Link.ClosedWith));
        Assert.Equal([other.Session.Device], await _gateway.Table.FindAsync(anna));
    }

    [Fact]
    public async Task All_logins_but_one_are_closed()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var kept = await _gateway.ConnectAsync(anna);
        var other = await _gateway.ConnectAsync(anna);

        await _gateway.Table.LoginRevokedAsync(LoginRevocation.OfAll(anna, kept.Session.Device));

        await other.ClosedWithAsync((int)CloseCode.Unauthenticated);
        Assert.Equal(0, kept.Link.ClosedWith);
    }

    [Fact]
    public async Task A_deleted_account_closes_every_session_with_its_own_code()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var clients = new[] { await _gateway.ConnectAsync(anna), await _gateway.ConnectAsync(anna) };

        await _gateway.Table.LoginRevokedAsync(LoginRevocation.OfAccount(anna));

        foreach (var client in clients)
        {
            await client.ClosedWithAsync((int)CloseCode.AccountDisabled);
        }
    }

    [Theory]
    [InlineData(AccessTokenStatus.Unauthenticated, CloseCode.Unauthenticated)]
    [InlineData(AccessTokenStatus.AccountDisabled, CloseCode.AccountDisabled)]
    public async Task A_login_that_ends_while_hello_is_under_way_opens_nothing(
        AccessTokenStatus status,
        CloseCode close
    )
    {
        // The end came after the token was checked and before the session could be found: whoever ends a login looks
        // for its sessions after its rows are written, so the session must look at the rows once it can be found.
        var anna = await _gateway.NewUserAsync("anna");
        var device = DeviceId.NewRandom();
        var findable = false;
        _gateway.LoginStatus = _ =>
        {
            findable = _gateway.Table.Routes(_gateway.Node).Any(route => route.User == anna);
            return status;
        };
        var client = _gateway.Dial();
        var token = _gateway.NewToken(anna, device);
        await client.ReceiveAsync(
            new ClientFrame
            {
                Id = 1,
                Hello = new() { Token = token, DeviceId = device.ToString() },
            }
        );

        Assert.True(findable);
        Assert.Equal((uint)ErrorCode.Unauthenticated, (await client.AnswerAsync(1)).Err.Code);
        await client.ClosedWithAsync((int)close);
        Assert.Empty(_gateway.Table.Routes(_gateway.Node));
    }

    [Fact]
    public async Task Auth_with_a_token_whose_login_is_over_is_refused_and_leaves_the_old_one_in_force()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var client = await _gateway.ConnectAsync(anna);
        var before = client.Session.TokenExpiresAt;
        _gateway.LoginStatus = _ => AccessTokenStatus.Unauthenticated;

        var token = _gateway.NewToken(anna, client.Session.Device, TimeSpan.FromDays(9));
        var answer = await client.AskAsync(new() { Auth = new() { Token = token } });

        Assert.Equal((uint)ErrorCode.Unauthenticated, answer.Err.Code);
        Assert.Equal((before, 0), (client.Session.TokenExpiresAt, client.Link.ClosedWith));
    }

    [Fact]
    public async Task A_token_that_lives_for_seconds_is_warned_of_and_ends_on_time()
    {
        _gateway.Options.TokenWarning = TimeSpan.FromSeconds(2);
        var anna = await _gateway.NewUserAsync("anna");
        var client = await _gateway.ConnectAsync(anna, life: TimeSpan.FromSeconds(4));
        _gateway.Pass(TimeSpan.FromSeconds(1.5));
        Assert.DoesNotContain(client.Frames, each => each.TokenExpiring is not null);
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.InRange((await client.PushAsync(ServerFrame.BodyOneofCase.TokenExpiring)).TokenExpiring.InMs, 1u, 2000u);

        // A new one for as long again: the old end passes, the new one is kept.
        var token = _gateway.NewToken(anna, client.Session.Device, TimeSpan.FromSeconds(4));
        Assert.NotNull((await client.AskAsync(new() { Auth = new() { Token = token } })).Ok);
        _gateway.Pass(TimeSpan.FromSeconds(3));
        await Eventually.TrueAsync(
            () => client.Frames.Count(each => each.TokenExpiring is not null) == 2,
            "the second warning"
        );
        Assert.Equal(0, client.Link.ClosedWith);
        _gateway.Pass(TimeSpan.FromSeconds(1.5));

        Assert.Equal((uint)ErrorCode.TokenExpired, (await client.PushAsync(ServerFrame.BodyOneofCase.Err)).Err.Code);
        await client.ClosedWithAsync((int)CloseCode.TokenExpired);
    }
}
