using System.Collections;
using Connect.Gateway;
using Connect.Gateway.Identity;

namespace Connect.Server.Configuration;

/// <summary>Reads and checks the settings before anything else starts.</summary>
public static class Settings
{
    /// <summary>The prefix of our environment variables.</summary>
    public const string EnvironmentPrefix = "Connect__";

    /// <summary>Lays the sources over each other: the file, then the environment, then the command line.</summary>
    /// <exception cref="SettingsException">One of them cannot be read.</exception>
    public static IConfiguration Load(string[] arguments)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddEnvironmentVariables(EnvironmentPrefix)
                .AddCommandLine(arguments)
                .Build();
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException)
        {
            throw new SettingsException([exception.Message]);
        }
    }

    /// <summary>Binds and checks.</summary>
    /// <exception cref="SettingsException">A setting is unknown or has a value that is not allowed.</exception>
    public static ServerOptions Read(IConfiguration configuration)
    {
        var unknown = FindUnknown(configuration, typeof(ServerOptions), "").ToList();
        if (unknown.Count > 0)
        {
            throw new SettingsException(unknown);
        }

        var options = new ServerOptions();
        try
        {
            configuration.Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new SettingsException([exception.Message]);
        }

        var problems = Check(options).ToList();
        return problems.Count == 0 ? options : throw new SettingsException(problems);
    }

    /// <summary>The addresses of the setting <c>Listen</c>; empty when one of them cannot be read.</summary>
    public static IReadOnlyList<ListenAddress> ParseListen(string listen)
    {
        var addresses = new List<ListenAddress>();
        foreach (var part in listen.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!ListenAddress.TryParse(part, out var address))
            {
                return [];
            }

            addresses.Add(address);
        }

        return addresses;
    }

    /// <summary>A misspelt setting must not pass as its default.</summary>
    private static IEnumerable<string> FindUnknown(IConfiguration section, Type type, string prefix)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperties()
                .FirstOrDefault(each => each.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null || (!property.CanWrite && !IsList(property.PropertyType)))
            {
                yield return $"{prefix}{child.Key}: there is no such setting.";
            }
            else if (property.PropertyType.IsClass && property.PropertyType != typeof(string))
            {
                foreach (var problem in FindUnknown(child, property.PropertyType, $"{prefix}{property.Name}:"))
                {
                    yield return problem;
                }
            }
        }
    }

    private static bool IsList(Type type) => type.IsInterface && typeof(IEnumerable).IsAssignableFrom(type);

    private static IEnumerable<string> Check(ServerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Data))
        {
            yield return "Data: name a folder, or :memory: for a store that is gone with the process.";
            yield break;
        }

        if (ParseListen(options.Listen).Count == 0)
        {
            yield return "Listen: expected https://ADDRESS:PORT (ADDRESS an IP address, localhost or *), more of them "
                + $"separated by ';'. Plain http is not served. Found: {options.Listen}";
        }

        if (options.MaxConnections < 1)
        {
            yield return "MaxConnections: 1 or more.";
        }

        if (options.Cluster.SiloPort is < 0 or > 65_535)
        {
            yield return "Cluster:SiloPort: 0 to 65535.";
        }

        if (options.Log.Format is not ("text" or "json"))
        {
            yield return "Log:Format: text or json.";
        }

        foreach (
            var problem in CheckIdentity(options.Identity)
                .Concat(CheckTls(options.Tls))
                .Concat(CheckStore(options.Store))
                .Concat(CheckGateway(options.Gateway))
        )
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> CheckIdentity(IdentityOptions identity)
    {
        if (string.IsNullOrWhiteSpace(identity.Issuer))
        {
            yield return "Identity:Issuer: must not be empty.";
        }

        if (string.IsNullOrWhiteSpace(identity.Audience))
        {
            yield return "Identity:Audience: must not be empty.";
        }

        foreach (
            var (name, value, least, most) in new[]
            {
                ("HashWorkers", identity.HashWorkers, 0, 256),
                ("HashQueue", identity.HashQueue, 1, 10_000),
                ("RememberedTokens", identity.RememberedTokens, 0, 10_000_000),
                ("DevicesPerUser", identity.DevicesPerUser, 1, 1_000),
            }
        )
        {
            if (value < least || value > most)
            {
                yield return $"Identity:{name}: {least} to {most}.";
            }
        }
    }

    private static IEnumerable<string> CheckTls(TlsOptions tls)
    {
        if (tls.ReloadSeconds is < 1 or > 3600)
        {
            yield return "Tls:ReloadSeconds: 1 to 3600.";
        }

        if (tls.CertificateFile is null && (tls.KeyFile ?? tls.PasswordFile) is not null)
        {
            yield return "Tls:CertificateFile: must be set when Tls:KeyFile or Tls:PasswordFile is.";
        }

        foreach (
            var (name, file) in new[]
            {
                ("Tls:CertificateFile", tls.CertificateFile),
                ("Tls:KeyFile", tls.KeyFile),
                ("Tls:PasswordFile", tls.PasswordFile),
            }
        )
        {
            if (file is not null && !File.Exists(file))
            {
                yield return $"{name}: there is no file {file}.";
            }
        }
    }

    private static IEnumerable<string> CheckStore(StoreOptions store)
    {
        if (store.ReserveBytes < 0)
        {
            yield return "Store:ReserveBytes: 0 or more.";
        }

        if (store.CacheBytes < 1 << 20)
        {
            yield return "Store:CacheBytes: 1048576 (1 MiB) or more.";
        }
    }

    /// <summary>All of them are sizes, counts and times of which none or less makes no sense.</summary>
    private static IEnumerable<string> CheckGateway(GatewayOptions gateway) =>
        from property in typeof(GatewayOptions).GetProperties()
        where
            property.GetValue(gateway) is <= 0 || (property.GetValue(gateway) is TimeSpan time && time <= TimeSpan.Zero)
        select $"Gateway:{property.Name}: must be above 0.";
}
