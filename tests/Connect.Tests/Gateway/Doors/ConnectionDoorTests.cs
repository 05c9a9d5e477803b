using System.Net;
using Connect.Doors.Admission;
using Connect.Doors.Limits;
using CsCheck;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connect.Tests.Gateway.Doors;

/// <summary>Who gets in before TLS, and who gets a socket.</summary>
public sealed class ConnectionDoorTests
{
    [Fact]
    public async Task Too_many_new_connections_of_an_address_are_closed_and_others_are_not()
    {
        var time = new FakeTimeProvider();
        var door = MakeDoor(new() { ConnectsPerAddress = 3 }, time);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await PassesAsync(door, "192.0.2.1"));
        }

        Assert.False(await PassesAsync(door, "192.0.2.1"));
        Assert.True(await PassesAsync(door, "192.0.2.2"));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(await PassesAsync(door, "192.0.2.1"));
        Assert.Equal(0, door.Count);
    }

    [Fact]
    public async Task Above_its_limit_an_address_gets_no_socket_and_above_the_reserve_no_connection()
    {
        var door = MakeDoor(new() { ConnectionsPerAddress = 8 }, new());
        var end = new TaskCompletionSource();
        var open = new List<(Connection Connection, Task Run)>();
        for (var i = 0; i < 9; i++)
        {
            var connection = new Connection("192.0.2.1");
            open.Add((connection, door.RunAsync(connection, _ => end.Task)));
            Assert.Equal(i < 8, TrySocket(door, connection));
        }

        Assert.False(await PassesAsync(door, "192.0.2.1"));
        Assert.True(await PassesAsync(door, "192.0.2.2"));
        Assert.Equal(9, door.Count);
        end.SetResult();
        await Task.WhenAll(open.Select(each => each.Run));
        Assert.Equal(0, door.Count);
    }

    [Fact]
    public async Task A_client_that_went_away_while_a_write_to_it_waited_is_no_fault_of_the_server()
    {
        var door = MakeDoor(new(), new());
        await door.RunAsync(
            new Connection("192.0.2.1"),
            _ =>
                throw new NotSupportedException(
                    "This method may not be called when another write operation is pending."
                )
        );
        Assert.Equal(0, door.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            door.RunAsync(new Connection("192.0.2.1"), _ => throw new InvalidOperationException())
        );
        Assert.Equal(0, door.Count);
    }

    [Fact]
    public void Sockets_are_counted_also_when_one_connection_carries_them()
    {
        var door = MakeDoor(new() { ConnectionsPerAddress = 2 }, new());
        var connection = new Connection("192.0.2.1");
        var requests = Enumerable.Range(0, 3).Select(_ => Request(connection)).ToList();
        Assert.Equal([true, true, false], requests.Select(door.TryEnterSocket));
        door.LeaveSocket(requests[0]);
        Assert.True(door.TryEnterSocket(requests[2]));
    }

    [Fact]
    public void Counts_of_all_and_of_each_address_never_pass_their_limits_and_end_at_nothing() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 20], Gen.Select(Gen.Int[0, 5], Gen.Bool).Array[1, 300])
            .Sample(
                (total, own, steps) =>
                {
                    var counts = new ConnectionCounts(total, own);
                    var inside = new List<ClientAddress>();
                    foreach (var (number, enters) in steps)
                    {
                        var address = new ClientAddress((ulong)number, false);
                        if (!enters)
                        {
                            if (inside.Remove(address))
                            {
                                counts.Leave(address);
                            }

                            continue;
                        }

                        var mine = inside.Count(each => each == address) + 1;
                        var expected = Expect(inside.Count + 1, total);
                        expected = own > 0 && Expect(mine, own) > expected ? Expect(mine, own) : expected;
                        Assert.Equal(expected, counts.Enter(address));
                        if (expected != AdmissionResult.Shut)
                        {
                            inside.Add(address);
                        }
                    }

                    Assert.Equal(inside.Count, counts.Count);
                    inside.ForEach(counts.Leave);
                    Assert.Equal(0, counts.Count);
                }
            );

    [Theory]
    [InlineData(100_000, 1_048_576, 100_000)]
    [InlineData(100_000, 1_024, 455)]
    [InlineData(100, 1_024, 100)]
    [InlineData(100_000, 600, 135)]
    [InlineData(100_000, 3, 1)]
    public void A_process_takes_no_more_connections_than_it_has_handles_for(int set, long handles, int room) =>
        Assert.Equal(room, ConnectionCapacity.Of(set, handles).Connections);

    private static AdmissionResult Expect(int count, int limit) =>
        count <= limit ? AdmissionResult.Open
        : count <= limit + Math.Max(1, limit / 8) ? AdmissionResult.Crowded
        : AdmissionResult.Shut;

    private static ConnectionAdmission MakeDoor(RateOptions options, FakeTimeProvider time)
    {
        var rates = Options.Create(options);
        return new(
            new(rates, Options.Create(new GatewayOptions()), time),
            new(1_000_000),
            rates,
            NullLogger<ConnectionAdmission>.Instance
        );
    }

    private static async Task<bool> PassesAsync(ConnectionAdmission door, string address)
    {
        var passed = false;
        var connection = new Connection(address);
        await door.RunAsync(
            connection,
            _ =>
            {
                passed = true;
                return Task.CompletedTask;
            }
        );
        Assert.NotEqual(passed, connection.IsAborted);
        return passed;
    }

    private static bool TrySocket(ConnectionAdmission door, Connection connection)
    {
        var request = Request(connection);
        var entered = door.TryEnterSocket(request);
        if (entered)
        {
            door.LeaveSocket(request);
        }

        return entered;
    }

    private static DefaultHttpContext Request(Connection connection) =>
        new(new Microsoft.AspNetCore.Http.Features.FeatureCollection(connection.Features))
        {
            Connection = { RemoteIpAddress = ((IPEndPoint)connection.RemoteEndPoint!).Address },
        };

    private sealed class Connection : DefaultConnectionContext
    {
        public Connection(string address) => RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40_000);

        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
