using Connect.Accounts;
using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Refusals;
using Connect.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Connect.Tests.Identity;

/// <summary>Identity over a store in memory and a clock that stands still.</summary>
internal sealed class IdentityWorld : IDisposable
{
    public const string Password = "correct horse";

    private readonly ServiceProvider _services;

    public IdentityWorld(IdentityOptions? options = null)
    {
        OutsideIssuer = new(Time);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<ILoggerFactory>(Log);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddInMemoryStore();
        services.AddAccounts();
        services.AddSingleton<ILoginRevocationListener>(Ended);
        services.AddSingleton(_ => new IssuerDocuments(OutsideIssuer));
        services.AddSingleton(Options.Create(options ?? new()));
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; } = new(new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));

    public TestIssuer OutsideIssuer { get; }

    public RecordedLog Log { get; } = new();

    public Registration Registration => Get<Registration>();

    public Logins Logins => Get<Logins>();

    public IAccessTokens Tokens => Get<IAccessTokens>();

    public OwnTokens OwnTokens => Get<OwnTokens>();

    public LoginRevoker Endings => Get<LoginRevoker>();

    public RecordedLoginEnds Ended { get; } = new();

    public AccessTokenIssuer Issuer => Get<AccessTokenIssuer>();

    public PasswordHasher Hasher => Get<PasswordHasher>();

    public IUserStore Users => Get<IUserStore>();

    public ITokenSigningKey SigningKey => Get<ITokenSigningKey>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<Account> RegisterAsync(string username) =>
        Good(await Registration.RegisterAsync(username, Password, default));

    public async Task<IssuedTokens> LoginAsync(string username) =>
        Good(await Logins.LoginAsync(username, Password, "laptop", default, default));

    public static T Good<T>(Answer<T> answer)
        where T : class =>
        answer.TryGet(out var value, out var refusal)
            ? value
            : throw new InvalidOperationException($"Refused: {refusal}");

    public static Refusal Bad<T>(Answer<T> answer)
        where T : class =>
        answer.TryGet(out var value, out var refusal)
            ? throw new InvalidOperationException($"Not refused: {value}")
            : refusal;

    public void Dispose()
    {
        _services.Dispose();
        Log.Dispose();
    }
}
