using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Connect.LoadGen.Issuing;
using Connect.LoadGen.Servers;
using Connect.LoadGen.Wire;

namespace Connect.LoadGen.Load;

/// <summary>
/// A server for load: its users are those of a test issuer, and what limits one user, one conversation or one address
/// is off, for here a few of each stand for many.
/// </summary>
internal sealed class LoadServer : IAsyncDisposable
{
    /// <summary>Requests at a time.</summary>
    private const int Requests = 16;

    private static readonly string[] NoLimits =
    [
        "--Limits:SendBurst=0",
        "--Limits:ConversationSends=0",
        "--Limits:SyncsPerUser=0",
        "--Limits:ReadsPerUser=0",
        "--Limits:SyncPagesPerUser=0",
        "--Limits:RequestsPerUser=0",
        "--Limits:RequestsPerAddress=0",
        "--Limits:ConnectsPerAddress=0",
        "--Limits:ConnectionsPerAddress=0",
    ];

    private readonly TestIssuer _issuer;
    private HttpClient? _http;

    private LoadServer(ThrowAwayServer process, TestIssuer issuer) => (Process, _issuer) = (process, issuer);

    public ThrowAwayServer Process { get; }

    public LoadTrust Trust { get; private set; } = null!;

    /// <param name="program">The path of <c>connect-server</c>.</param>
    /// <param name="settings">As <c>--Name=value</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<LoadServer> StartAsync(
        string program,
        IEnumerable<string> settings,
        CancellationToken cancellationToken
    )
    {
        var issuer = await TestIssuer.StartAsync(cancellationToken);
        var server = new LoadServer(new ThrowAwayServer(program), issuer);
        try
        {
            foreach (var setting in issuer.Settings().Concat(NoLimits).Concat(settings))
            {
                server.Process.Arguments.Add(setting);
            }

            await server.Process.StartAsync(cancellationToken);
            server.Trust = new(server.Process.CertificateFile);
            server._http = new(
                new SocketsHttpHandler
                {
                    SslOptions = server.Trust.OptionsFor(server.Process.Url.Host),
                    MaxConnectionsPerServer = Requests,
                }
            )
            {
                BaseAddress = server.Process.Url,
            };
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Somebody who has not come yet.</summary>
    /// <param name="subject">Their name at the issuer and here.</param>
    public LoadUser NewUser(string subject) => new(this, _issuer.TokenOf(subject));

    /// <summary>
    /// A group of all these; they become contacts of the first one, so that nobody has to be invited.
    /// </summary>
    public async Task<string> CreateGroupAsync(
        string title,
        IReadOnlyList<LoadUser> members,
        CancellationToken cancellationToken
    )
    {
        var owner = members[0];
        await Parallel.ForEachAsync(
            members.Skip(1),
            new ParallelOptions { MaxDegreeOfParallelism = Requests, CancellationToken = cancellationToken },
            async (member, cancellation) =>
            {
                await CallAsync(HttpMethod.Put, "/v1/contacts/" + owner.Id, member, null, cancellation);
                await CallAsync(HttpMethod.Put, "/v1/contacts/" + member.Id, owner, null, cancellation);
            }
        );
        var group = new { title, members = members.Skip(1).Select(member => member.Id) };
        var created = await CallAsync(HttpMethod.Post, "/v1/conversations", owner, group, cancellationToken);
        if (created.GetProperty("added").GetArrayLength() != members.Count - 1)
        {
            throw new InvalidOperationException("Not everybody became a member of the group.");
        }

        return created.GetProperty("conversation").GetString()!;
    }

    /// <summary>Gives users their accounts without a connection of their own.</summary>
    public Task MakeAccountsAsync(IReadOnlyCollection<LoadUser> users, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            users,
            new ParallelOptions { MaxDegreeOfParallelism = Requests, CancellationToken = cancellationToken },
            async (user, cancellation) =>
            {
                var me = await CallAsync(HttpMethod.Get, "/v1/me", user, null, cancellation);
                user.Id = me.GetProperty("user").GetString()!;
            }
        );

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await Process.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    private async Task<JsonElement> CallAsync(
        HttpMethod method,
        string path,
        LoadUser caller,
        object? body,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", caller.Token);
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        using var answer = await _http!.SendAsync(request, cancellationToken);
        var said = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method} {path} was answered {(int)answer.StatusCode}: {said}");
        }

        return said.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(said);
    }
}
