using System.Net;
using System.Text;
using System.Text.Json;
using Connect.Accounts;
using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Delivery;
using Connect.Conversations;
using Connect.Conversations.Routing;
using Connect.Delivery.Typing;
using Connect.Delivery.Watching;
using Connect.Doors;
using Connect.Gateway.Connections;
using Connect.Http;
using Connect.Storage.InMemory;
using Connect.Tests.Gateway;
using Connect.Tests.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Connect.Tests.Http;

/// <summary>All of the HTTP side, middleware and routes, over a store in memory and without a socket.</summary>
internal sealed class HttpPipeline : IServer, IAsyncDisposable
{
    /// <summary>Among the headers of a request: not one of them, but who is connected.</summary>
    public const string Peer = "@peer";

    private readonly WebApplication _app;
    private Func<FeatureCollection, Task> _serve = null!;

    private HttpPipeline(Action<IServiceCollection>? configure, Action<IEndpointRouteBuilder>? map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton<IServer>(this);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<ILoggerFactory>(Log);
        builder.Services.AddRouting();
        builder.Services.AddInMemoryStore();
        builder.Services.AddAccounts();
        builder.Services.AddSingleton(Options.Create(new IdentityOptions()));
        builder.Services.AddConnectDoors();
        builder.Services.AddConnectHttp();
        builder.Services.AddConnectGateway();
        builder.Services.AddSingleton<IConversations>(provider => new TestConversations(
            provider.GetRequiredService<InMemoryStore>(),
            publication => provider.GetRequiredService<ISessionHub>().Deliver([publication]),
            Time
        ));
        builder.Services.AddConversations();
        builder.Services.AddSingleton<MemberCache>();
        builder.Services.AddSingleton<TypingService>();
        builder.Services.AddSingleton<PresenceFeed>();
        builder.Services.AddSingleton<PresenceService>();
        builder.Services.AddSingleton<IPeopleListener>(provider => provider.GetRequiredService<PresenceService>());
        builder.Services.AddSingleton<AloneInTheCluster>();
        builder.Services.AddSingleton<IPublisher>(provider => provider.GetRequiredService<AloneInTheCluster>());
        builder.Services.AddSingleton<IHotTail>(provider => provider.GetRequiredService<AloneInTheCluster>());
        builder.Services.AddSingleton<ISessionDirectory>(provider => provider.GetRequiredService<AloneInTheCluster>());
        configure?.Invoke(builder.Services);
        _app = builder.Build();
        _app.UseConnectHttp();
        _app.MapConnectHttp();
        map?.Invoke(_app);
    }

    public FakeTimeProvider Time { get; } = new(new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));

    public RecordedLog Log { get; } = new();

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public IServiceProvider Services => _app.Services;

    public TestConversations Conversations => (TestConversations)Services.GetRequiredService<IConversations>();

    /// <summary>The routes that are mapped, as <c>METHOD /path</c>.</summary>
    public IEnumerable<string> Routes => Endpoints.Select(each => each.Route);

    /// <summary>The same, each with what was said of it when it was mapped.</summary>
    public IEnumerable<(string Route, EndpointMetadataCollection Metadata)> Endpoints =>
        ((IEndpointRouteBuilder)_app)
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(route =>
                (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(method =>
                    ($"{method} {route.RoutePattern.RawText}", route.Metadata)
                )
            );

    public static async Task<HttpPipeline> StartAsync(
        Action<IServiceCollection>? configure = null,
        Action<IEndpointRouteBuilder>? map = null
    )
    {
        var pipeline = new HttpPipeline(configure, map);
        await pipeline._app.StartAsync();
        return pipeline;
    }

    /// <summary>One request; <paramref name="body"/> is text as it is sent.</summary>
    public async Task<HttpAnswer> SendAsync(
        string method,
        string pathAndQuery,
        string? body = null,
        string? token = null,
        params (string Name, string Value)[] headers
    )
    {
        var parts = pathAndQuery.Split('?', 2);
        var request = new HttpRequestFeature
        {
            Method = method,
            Path = parts[0],
            QueryString = parts.Length > 1 ? "?" + parts[1] : "",
            Protocol = "HTTP/2",
            Scheme = "https",
            Headers = { Host = "chat.example" },
        };
        if (body is not null)
        {
            request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
            request.Headers.ContentType = "application/json";
            request.Headers.ContentLength = request.Body.Length;
        }

        if (token is not null)
        {
            request.Headers.Authorization = "Bearer " + token;
        }

        foreach (var (name, value) in headers.Where(each => each.Name != Peer))
        {
            request.Headers[name] = value;
        }

        var response = new StartedResponse();
        var written = new MemoryStream();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(written));
        if (headers.FirstOrDefault(each => each.Name == Peer).Value is { } peer)
        {
            features.Set<IHttpConnectionFeature>(
                new HttpConnectionFeature { RemoteIpAddress = IPAddress.Parse(peer), ConnectionId = "test" }
            );
        }

        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(body is not null));
        await _serve(features);
        return new((HttpStatusCode)response.StatusCode, response.Headers, Encoding.UTF8.GetString(written.ToArray()));
    }

    /// <summary>Registers and logs in; gives the access token and the user's id.</summary>
    public async Task<(string Token, string User)> LoginAsync(string username)
    {
        var account = JsonSerializer.Serialize(new { username, password = IdentityWorld.Password });
        await SendAsync("POST", "/v1/accounts", account);
        var login = JsonSerializer.Serialize(
            new
            {
                grant = "password",
                username,
                password = IdentityWorld.Password,
            }
        );
        var tokens = (await SendAsync("POST", "/v1/tokens", login)).Json;
        return (tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("user").GetString()!);
    }

    Task IServer.StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
    {
        _serve = async features =>
        {
            var context = application.CreateContext(features);
            Exception? failure = null;
            try
            {
                await application.ProcessRequestAsync(context);
                await ((StartedResponse)features.GetRequiredFeature<IHttpResponseFeature>()).StartAsync();
            }
            catch (Exception exception)
            {
                failure = exception;
                throw;
            }
            finally
            {
                application.DisposeContext(context, failure);
            }
        };
        return Task.CompletedTask;
    }

    Task IServer.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() { }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Log.Dispose();
    }

    /// <summary>Runs what wants to see the headers last.</summary>
    private sealed class StartedResponse : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _callbacks = new();

        public override void OnStarting(Func<object, Task> callback, object state) =>
            _callbacks.Push((callback, state));

        public async Task StartAsync()
        {
            while (_callbacks.TryPop(out var next))
            {
                await next.Callback(next.State);
            }
        }
    }

    private sealed class BodyDetection(bool canHaveBody) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody { get; } = canHaveBody;
    }
}
