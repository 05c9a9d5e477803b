using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Connect.Cluster.Tests.Metrics;

/// <summary>A collector of OTLP on loopback, which keeps what it is sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<byte[]> _bodies = new();

    private Collector(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>All it was sent: names and labels stand in it as they are.</summary>
    public string Received => string.Concat(_bodies.Select(Encoding.Latin1.GetString));

    public static async Task<Collector> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new Collector(builder.Build());
        collector._app.MapPost("/v1/metrics", collector.TakeAsync);
        await collector._app.StartAsync(cancellationToken);
        collector.Address = collector
            ._app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        return collector;
    }

    /// <summary>Waits until all of these were named.</summary>
    public async Task NamesAsync(CancellationToken cancellationToken, params string[] names)
    {
        while (
            names.Where(each => !Received.Contains(each, StringComparison.Ordinal)).ToList() is { Count: > 0 } missing
        )
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The collector was not told {string.Join(", ", missing)}.");
            }
        }
    }

    /// <summary>The highest value of a gauge, of all that it was told.</summary>
    public long Most(string gauge) =>
        _bodies
            .SelectMany(body => Fields(ByteString.CopyFrom(body), 1))
            .SelectMany(resource => Fields(resource, 2))
            .SelectMany(scope => Fields(scope, 2))
            .Where(metric => Fields(metric, 1).First().ToStringUtf8() == gauge)
            .SelectMany(metric => Fields(metric, 5))
            .SelectMany(each => Fields(each, 1))
            .Select(ValueOf)
            .DefaultIfEmpty()
            .Max();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The parts of a message that stand under a number, which are bytes.</summary>
    private static IEnumerable<ByteString> Fields(ByteString message, int number)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (
                WireFormat.GetTagFieldNumber(tag) == number
                && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited
            )
            {
                yield return input.ReadBytes();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    /// <summary>The number of a data point (<c>as_int</c>).</summary>
    private static long ValueOf(ByteString point)
    {
        var input = point.CreateCodedInput();
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (tag == WireFormat.MakeTag(6, WireFormat.WireType.Fixed64))
            {
                return input.ReadSFixed64();
            }

            input.SkipLastField();
        }

        return 0;
    }

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        _bodies.Enqueue(body.ToArray());
        return Results.Bytes([], "application/x-protobuf");
    }
}
