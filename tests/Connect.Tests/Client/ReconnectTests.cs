using Connect.Client;
using Connect.Client.Connections;
using Connect.Protocol;
using CsCheck;
using Xunit;
using Wire = Connect.Protocol.V1;

namespace Connect.Tests.Client;

/// <summary>Losing the connection, being told to go, and the token.</summary>
public sealed class ReconnectTests
{
    private const Wire.ClientFrame.BodyOneofCase Hello = Wire.ClientFrame.BodyOneofCase.Hello;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_wait_is_within_its_bound_and_the_bound_stays_at_30_s() =>
        Gen.Int.Sample(seed =>
        {
            var policy = new ReconnectPolicy(new Random(seed));
            var bound = TimeSpan.FromSeconds(0.5);
            for (var attempt = 0; attempt < 50; attempt++)
            {
                Assert.InRange(policy.Next(), TimeSpan.Zero, bound);
                bound = bound * 2 < TimeSpan.FromSeconds(30) ? bound * 2 : TimeSpan.FromSeconds(30);
            }

            policy.Reset();
            Assert.InRange(policy.Next(), TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
        });

    [Fact]
    public void The_waits_use_the_whole_of_the_bound()
    {
        var policy = new ReconnectPolicy(new Random(3));
        var waits = Enumerable.Range(0, 2_000).Select(_ => policy.Next().TotalSeconds).Skip(10).ToList();
        Assert.InRange(waits.Average(), 14, 16);
        Assert.InRange(waits.Min(), 0, 0.5);
        Assert.InRange(waits.Max(), 29.5, 30);
    }

    [Fact]
    public async Task A_cut_connection_is_made_again_and_nothing_is_missed()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Write("one");
        await harness.Until(() => harness.Seqs.Count == 1, "the first message");
        harness.Server.Session.Break();
        await harness.Until(() => harness.Client.State == ConnectionState.Connecting, "the loss to be seen");
        harness.Server.Write("two");
        await harness.Advance(() => harness.Client.State == ConnectionState.Live, "the next connection");
        await harness.Until(() => harness.Seqs.Count == 2, "the second message");
        Assert.Equal(["one", "two"], harness.Texts);
        Assert.Null(harness.Client.Error);
    }

    [Fact]
    public async Task Whatever_refuses_the_client_tries_for_ever()
    {
        await using var harness = new ClientHarness();
        harness.Server.Refusal = new IOException("refused");
        await harness.Client.ConnectAsync(Cancelled);
        await harness.Advance(() => harness.Server.Dialled.Count > 40, "forty attempts", TimeSpan.FromSeconds(5));
        harness.Server.Refusal = null;
        await harness.Advance(() => harness.Client.State == ConnectionState.Live, "the server to be reached");
    }

    [Fact]
    public async Task Go_away_is_followed_within_its_jitter_to_where_it_says()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Session.Push(
            new()
            {
                GoAway = new()
                {
                    ReconnectAfterMs = 2_000,
                    JitterMs = 1_000,
                    Url = "wss://elsewhere.test/v1/connect",
                },
            }
        );
        await harness.Until(() => harness.Client.State == ConnectionState.Connecting, "the client to leave");
        await harness.Pass(TimeSpan.FromMilliseconds(1_999));
        Assert.Single(harness.Server.Dialled);
        await harness.Pass(TimeSpan.FromMilliseconds(1_001));
        await harness.Until(() => harness.Client.State == ConnectionState.Live, "the next connection");
        Assert.Equal("elsewhere.test", harness.Server.Dialled[1].Host);
        harness.Server.Session.Break();
        await harness.Advance(() => harness.Server.Dialled.Count == 3, "the connection after that");
        Assert.Equal("server.test", harness.Server.Dialled[2].Host);
    }

    [Fact]
    public async Task Go_away_to_a_weaker_scheme_is_not_followed()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Session.Push(new() { GoAway = new() { Url = "ws://elsewhere.test/v1/connect" } });
        await harness.Advance(() => harness.Server.Dialled.Count == 2, "the next connection");
        Assert.Equal("server.test", harness.Server.Dialled[1].Host);
    }

    [Fact]
    public async Task Go_away_lets_what_is_in_flight_finish()
    {
        await using var harness = await ClientHarness.LiveAsync();
        Wire.ClientFrame? held = null;
        harness.Server.Intercept = (_, frame) =>
        {
            held = frame.BodyCase == Wire.ClientFrame.BodyOneofCase.Send ? frame : held;
            return frame.BodyCase == Wire.ClientFrame.BodyOneofCase.Send;
        };
        var sending = harness.Room.SendAsync("in flight", Cancelled);
        await harness.Until(() => held is not null, "the message to be in flight");
        var session = harness.Server.Session;
        session.Push(new() { GoAway = new() });
        await harness.Pass(TimeSpan.FromSeconds(1));
        Assert.False(session.Disposed);
        harness.Server.Answer(session, held!);
        Assert.Equal(1, (await sending).Seq);
        await harness.Until(() => session.Disposed, "the client to leave");
        Assert.Single(harness.Sends());
    }

    [Theory]
    [InlineData(CloseCode.ReplacedBySameDevice)]
    [InlineData(CloseCode.AccountDisabled)]
    [InlineData(CloseCode.UpgradeRequired)]
    [InlineData(CloseCode.TooManyDevices)]
    [InlineData(CloseCode.BadProtocol)]
    public async Task A_code_that_forbids_it_ends_the_reconnecting(CloseCode code)
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Session.Close(code);
        await harness.Until(() => harness.Client.State == ConnectionState.Offline, "the client to stop");
        Assert.Equal(code, harness.Client.Error!.Close);
        await harness.Pass(TimeSpan.FromMinutes(10));
        Assert.Single(harness.Server.Dialled);

        // Somebody asks again.
        await harness.ConnectAsync();
        Assert.Equal(2, harness.Server.Dialled.Count);
    }

    [Fact]
    public async Task The_reason_given_before_a_close_is_told()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Session.Push(FakeServer.Error(ErrorCode.BadFrame));
        harness.Server.Session.Close(CloseCode.BadProtocol);
        await harness.Until(() => harness.Client.State == ConnectionState.Offline, "the client to stop");
        Assert.Contains("The frame cannot be read.", harness.Client.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CloseCode.GoingAway)]
    [InlineData(CloseCode.SlowConsumer)]
    [InlineData(CloseCode.PingTimeout)]
    [InlineData(CloseCode.TokenExpired)]
    [InlineData(CloseCode.Overloaded)]
    public async Task A_code_that_allows_it_leads_to_the_next_connection(CloseCode code)
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Session.Close(code);
        await harness.Advance(() => harness.Server.Dialled.Count == 2, "the next connection");
        await harness.Until(() => harness.Client.State == ConnectionState.Live, "it to be live");
    }

    [Fact]
    public async Task A_refused_token_is_renewed_once_and_then_the_client_stops()
    {
        var renewals = new List<bool>();
        await using var harness = new ClientHarness(configure: options =>
            options with
            {
                TokenSource = new RecordedTokens(renewals),
            }
        );
        harness.Server.Intercept = (session, frame) =>
        {
            session.Close(CloseCode.Unauthenticated);
            return true;
        };
        var connecting = harness.Client.ConnectAsync(Cancelled);
        await harness.Advance(() => renewals.Count == 2, "the token to be renewed");
        await harness.Advance(() => harness.Client.State == ConnectionState.Offline, "the client to stop");
        Assert.Equal([false, true], renewals);
        Assert.Equal(ErrorCode.Unauthenticated, harness.Client.Error!.Code);
        await connecting.ContinueWith(_ => { }, Cancelled, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.Equal(2, harness.Server.Dialled.Count);
    }

    [Fact]
    public async Task Whoever_waits_for_a_send_hears_when_the_login_is_over_and_the_message_stays()
    {
        var loggedIn = true;
        await using var harness = await ClientHarness.LiveAsync(configure: options =>
            options with
            {
                Token = _ =>
                    loggedIn
                        ? ValueTask.FromResult<AccessToken>("token-1")
                        : throw new ConnectException(ErrorCode.Unauthenticated, "Log in again."),
            }
        );
        harness.Server.Intercept = (_, frame) => frame.BodyCase == Wire.ClientFrame.BodyOneofCase.Send;
        var sending = harness.Room.SendAsync("before", Cancelled);
        await harness.Advance(() => harness.Sends().Count == 1, "the message to be transmitted");

        loggedIn = false;
        harness.Server.Session.Close(CloseCode.Unauthenticated);
        await harness.Advance(() => sending.IsCompleted, "the send to end");
        var error = await Assert.ThrowsAsync<ConnectException>(() => sending);
        Assert.Equal((ErrorCode.Unauthenticated, false), (error.Code, error.Retryable));

        error = await Assert.ThrowsAsync<ConnectException>(() => harness.Room.SendAsync("after", Cancelled));
        Assert.Equal(ErrorCode.Unauthenticated, error.Code);
        var waiting = await harness.Client.OutgoingAsync(Cancelled);
        Assert.Equal(["before", "after"], waiting.Select(each => each.Text));

        loggedIn = true;
        harness.Server.Intercept = null;
        var connecting = harness.Client.ConnectAsync(Cancelled);
        await harness.Advance(() => waiting.All(each => each.State == OutgoingState.Sent), "both to be sent");
        await connecting;
    }

    [Fact]
    public async Task Without_a_way_to_a_token_connecting_fails_at_once()
    {
        await using var harness = new ClientHarness(configure: options =>
            options with
            {
                Token = _ => throw new ConnectException(ErrorCode.Unauthenticated, "Log in first."),
            }
        );
        var error = await Assert.ThrowsAsync<ConnectException>(() => harness.Client.ConnectAsync(Cancelled));
        Assert.Equal(ErrorCode.Unauthenticated, error.Code);
        Assert.Equal(ConnectionState.Offline, harness.Client.State);
        Assert.Empty(harness.Server.Dialled);
    }

    [Fact]
    public async Task A_token_is_replaced_in_the_session_before_it_runs_out()
    {
        await using var harness = await ClientHarness.LiveAsync();
        await KeepAliveAsync(harness, TimeSpan.FromMinutes(13));
        Assert.Empty(harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Auth));
        await KeepAliveAsync(harness, TimeSpan.FromMinutes(2));
        await harness.Until(() => Auths() == 1, "the new token to be told");
        await KeepAliveAsync(harness, TimeSpan.FromMinutes(15));
        await harness.Until(() => Auths() == 2, "the token after that to be told");
        Assert.Single(harness.Server.Dialled);
        Assert.Equal(3, harness.TokensGiven);

        int Auths() => harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Auth).Count;
    }

    [Fact]
    public async Task Told_that_the_token_runs_out_the_client_replaces_it_at_once()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Session.Push(new() { TokenExpiring = new() { InMs = 30_000 } });
        await harness.Until(
            () => harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Auth).Count == 1,
            "the new token to be told"
        );
    }

    [Fact]
    public async Task A_silent_server_is_left_and_a_ping_keeps_it()
    {
        await using var harness = await ClientHarness.LiveAsync();
        await KeepAliveAsync(harness, TimeSpan.FromMinutes(5));
        Assert.Single(harness.Server.Dialled);
        Assert.NotEmpty(harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Pong));
        await harness.Pass(TimeSpan.FromSeconds(22));
        Assert.Equal(ConnectionState.Live, harness.Client.State);
        await harness.Pass(TimeSpan.FromSeconds(1));
        await harness.Until(() => harness.Client.State == ConnectionState.Connecting, "the silence to be noticed");
        await harness.Advance(() => harness.Server.Dialled.Count == 2, "the next connection");
    }

    [Fact]
    public async Task A_server_that_does_not_greet_is_left()
    {
        await using var harness = new ClientHarness();
        harness.Server.Intercept = (_, frame) => frame.BodyCase == Hello;
        var connecting = harness.Client.ConnectAsync(Cancelled);
        await harness.Advance(() => harness.Server.Dialled.Count == 2, "the next attempt");
        harness.Server.Intercept = null;
        await harness.Advance(() => harness.Client.State == ConnectionState.Live, "a greeting");
        await connecting;
    }

    [Fact]
    public async Task A_session_that_had_caught_up_is_resumed_with_its_heads()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Write("one");
        await harness.Until(() => harness.Seqs.Count == 1, "the message");
        harness.Server.Resumed = Wire.Resumed.Full;
        harness.Server.Session.Break();
        await harness.Advance(() => harness.Server.Dialled.Count == 2, "the next connection");
        await harness.Until(() => harness.Client.State == ConnectionState.Live, "it to be live");
        var resume = harness.Server.ReceivedOf(Hello)[1].Hello.Resume;
        Assert.Equal(("s-1", "i-1"), (resume.Session, resume.Incarnation));
        Assert.Equal([(FakeServer.Room, 1UL)], resume.Heads.Select(head => (head.Conversation, head.Seq)));
        Assert.Single(harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Sync));
    }

    [Fact]
    public async Task With_a_hole_nothing_is_resumed()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Pushes = entry => entry.Seq != 1;
        harness.Server.Write("lost");
        harness.Server.Write("seen");
        await harness.Pass(TimeSpan.FromMilliseconds(100));
        harness.Server.Session.Break();
        await harness.Until(() => harness.Client.State == ConnectionState.Connecting, "the loss to be seen");
        harness.Server.Intercept = (_, frame) => frame.BodyCase == Wire.ClientFrame.BodyOneofCase.History;
        await harness.Advance(() => harness.Server.ReceivedOf(Hello).Count == 2, "the next connection");
        Assert.Null(harness.Server.ReceivedOf(Hello)[1].Hello.Resume);
    }

    [Fact]
    public async Task Only_what_changed_is_synced_when_the_server_knows_it()
    {
        await using var harness = await ClientHarness.LiveAsync();
        harness.Server.Write("one");
        harness.Server.Write("elsewhere", "c-2");
        await harness.Until(() => harness.Seqs.Count == 2, "the messages");
        harness.Server.Resumed = Wire.Resumed.Partial;
        harness.Server.Intercept = (session, frame) =>
        {
            if (frame.BodyCase != Hello)
            {
                return false;
            }

            session.Push(
                new()
                {
                    Id = frame.Id,
                    Welcome = new()
                    {
                        User = FakeServer.Me,
                        Session = "s-2",
                        Device = "d-1",
                        Incarnation = "i-1",
                        ServerTime = harness.Server.Now,
                        Resumed = Wire.Resumed.Partial,
                        Changed =
                        {
                            new Wire.Position { Conversation = "c-2", Seq = 2 },
                        },
                    },
                }
            );
            return true;
        };
        harness.Server.Session.Break();
        await harness.Until(() => harness.Client.State == ConnectionState.Connecting, "the loss to be seen");
        harness.Server.Write("again", "c-2");
        await harness.Advance(() => harness.Client.State == ConnectionState.Live, "the next connection");
        await harness.Until(() => harness.Seqs.Count == 3, "the message missed");
        var sync = harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Sync)[^1].Sync;
        Assert.Equal(Wire.SyncMode.Listed, sync.Mode);
        Assert.Equal([("c-2", 1UL)], sync.Positions.Select(each => (each.Conversation, each.Seq)));
    }

    /// <summary>Time in which the server pings as it should.</summary>
    private static async Task KeepAliveAsync(ClientHarness harness, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(20))
        {
            var pongs = harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Pong).Count;
            harness.Server.Session.Push(new() { Ping = new() });
            await harness.Until(
                () => harness.Server.ReceivedOf(Wire.ClientFrame.BodyOneofCase.Pong).Count > pongs,
                "the answer to a ping"
            );
            await harness.Pass(TimeSpan.FromSeconds(20));
        }
    }

    private sealed class RecordedTokens(List<bool> renewals) : ITokenSource
    {
        public ValueTask<AccessToken> GetTokenAsync(bool renew, CancellationToken cancellationToken)
        {
            renewals.Add(renew);
            return ValueTask.FromResult<AccessToken>("token");
        }
    }
}
