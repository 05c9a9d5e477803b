using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Gateway.Signals;

/// <summary>What clients say of their user's attention costs the node little, however often they say it.</summary>
public sealed class StateTests : IDisposable
{
    private readonly GatewayHarness _gateway = new(options => options.StateRate = 5);

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task A_state_that_changes_too_fast_is_heard_later_and_the_last_word_counts()
    {
        var client = await _gateway.ConnectLiveAsync(await _gateway.NewUserAsync("anna"));
        var last = SessionAttention.Unknown;
        var changes = 0;
        for (var i = 1; i <= 101; i++)
        {
            await client.ReceiveAsync(State(isBackground: i % 2 == 1));
            changes += ReferenceEquals(last, client.Session.Attention) ? 0 : 1;
            last = client.Session.Attention;
        }

        Assert.Equal(5, changes);
        await client.ReceiveAsync(State(isBackground: false), State(isBackground: true));
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.True(client.Session.IsAway);
        await client.ReceiveAsync(State(isBackground: false));
        Assert.False(client.Session.IsAway);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    public async Task What_changes_nothing_costs_nothing_of_the_rate(int frames)
    {
        var client = await _gateway.ConnectLiveAsync(await _gateway.NewUserAsync("anna"));
        var open = ConversationId.NewRandom();
        await client.ReceiveAsync(State(false, open));
        var said = client.Session.Attention;
        for (var i = 0; i < frames; i++)
        {
            await client.ReceiveAsync(State(false, open));
        }

        Assert.Same(said, client.Session.Attention);
        await client.ReceiveAsync(State(true, open));
        Assert.True(client.Session.IsAway);
    }

    [Fact]
    public async Task All_devices_of_a_user_share_the_rate_and_another_user_has_one_of_their_own()
    {
        var anna = await _gateway.NewUserAsync("anna");
        var (phone, desk) = (await _gateway.ConnectLiveAsync(anna), await _gateway.ConnectLiveAsync(anna));
        for (var i = 1; i <= 5; i++)
        {
            await phone.ReceiveAsync(State(isBackground: i % 2 == 1));
        }

        await desk.ReceiveAsync(State(isBackground: true));
        Assert.False(desk.Session.IsAway);
        var bert = await _gateway.ConnectLiveAsync(await _gateway.NewUserAsync("bert"));
        await bert.ReceiveAsync(State(isBackground: true));
        Assert.True(bert.Session.IsAway);
        _gateway.Pass(TimeSpan.FromSeconds(1));
        Assert.True(desk.Session.IsAway);
    }

    [Fact]
    public async Task Who_goes_on_all_the_same_is_closed()
    {
        using var gateway = new GatewayHarness(rates: rates => rates.RefusalsPerSession = 20);
        var client = await gateway.ConnectLiveAsync(await gateway.NewUserAsync("anna"));
        for (var i = 0; i < 100 && client.Session.IsOpen; i++)
        {
            await client.ReceiveAsync(State(isBackground: i % 2 == 0));
        }

        await client.ClosedWithAsync((int)CloseCode.Overloaded);
    }

    private static ClientFrame State(bool isBackground, params ConversationId[] open)
    {
        var state = new StateRequest { Activity = isBackground ? Activity.Background : Activity.Active };
        state.Open.Add(open.Select(each => each.ToString()));
        return new() { State = state };
    }
}
