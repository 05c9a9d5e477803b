using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Connect.Doors.Limits;
using Connect.Server.Hosting;
using Connect.Server.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Hosting;

/// <summary>Our listeners are Kestrel's but for what they do with errors.</summary>
public sealed class SocketListenersTests
{
    [Fact]
    public async Task Connections_have_Kestrels_own_pool_of_buffers_and_not_the_one_of_the_whole_process()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = WebApplication.CreateBuilder().Build();
        var listeners = ActivatorUtilities.CreateInstance<SocketListeners>(
            host.Services,
            new PeerWatch(Options.Create(new GatewayOptions()), TimeProvider.System, NullLogger<PeerWatch>.Instance)
        );
        await using var listener = await listeners.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), cancellation);
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.EndPoint, cancellation);
        await using var connection = await listener.AcceptAsync(cancellation);
        var pool = connection!.Features.Get<IMemoryPoolFeature>()!.MemoryPool;
        Assert.NotSame(MemoryPool<byte>.Shared, pool);

        // What is given back is handed out again, however much it was.
        var rented = Enumerable.Range(0, 1_000).Select(_ => pool.Rent()).ToList();
        var known = rented.Select(buffer => ArrayOf(buffer)).ToHashSet();
        rented.ForEach(buffer => buffer.Dispose());
        rented = [.. Enumerable.Range(0, 1_000).Select(_ => pool.Rent())];
        Assert.All(rented, buffer => Assert.Contains(ArrayOf(buffer), known));
        rented.ForEach(buffer => buffer.Dispose());
    }

    private static byte[] ArrayOf(IMemoryOwner<byte> buffer) =>
        MemoryMarshal.TryGetArray<byte>(buffer.Memory, out var part)
            ? part.Array!
            : throw new InvalidOperationException("A buffer that is no array.");
}
