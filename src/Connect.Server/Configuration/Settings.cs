using Connect.Protocol;

namespace Connect.Server.Configuration;

/// <summary>Reads and checks the settings before anything else starts.</summary>
public static class Settings
{
    /// <summary>The prefix of our environment variables.</summary>
    public const string EnvironmentPrefix = "Connect__";

    /// <summary>Lays the sources over each other: the file, then the environment, then the command line.</summary>
    /// <exception cref="SettingsException">One of them cannot be read.</exception>
    public static IConfigurationRoot Load(string[] arguments)
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

    /// <summary>Binds and checks; what is wrong is told all at once.</summary>
    /// <exception cref="SettingsException">A setting is unknown or has a value that is not allowed.</exception>
    public static ServerOptions Read(IConfiguration configuration)
    {
        var options = new ServerOptions();
        var problems = FindUnknown(configuration).ToList();
        var unread = new HashSet<Setting>();
        foreach (var setting in SettingList.All)
        {
            if (!setting.TrySet(options, configuration.GetSection(setting.Name), out var problem))
            {
                problems.Add(problem);
                unread.Add(setting);
            }
        }

        problems.AddRange(
            SettingList
                .All.Where(each => !unread.Contains(each))
                .Select(each => each.FindProblem(options))
                .OfType<string>()
        );
        problems.AddRange(FindContradictions(options));
        return problems.Count == 0 ? options : throw new SettingsException(problems);
    }

    /// <summary>A misspelt setting must not pass as its default. Its value is not told: it may be anything.</summary>
    private static IEnumerable<string> FindUnknown(IConfiguration configuration) =>
        from pair in configuration.AsEnumerable()
        where !string.IsNullOrEmpty(pair.Value) && SettingList.Find(pair.Key) is null
        orderby pair.Key
        select $"{pair.Key}: there is no such setting{WayOut(pair.Key)}";

    private static string WayOut(string key) =>
        SettingList.Renamed.TryGetValue(key, out var now) ? $" any more: it is now {now}."
        : SettingList.FindSimilar(key) is { } similar ? $". Did you mean {similar.Name}?"
        : ".";

    /// <summary>The most bytes a <c>send</c> frame takes besides its text, in either encoding.</summary>
    private const int SendFrameBytes = 256;

    /// <summary>The most bytes a frame with one entry takes besides its text, in either encoding.</summary>
    private const int EntryFrameBytes = 1024;

    /// <summary>JSON escapes a control character with six bytes.</summary>
    private const int MostBytesOfAByte = 6;

    /// <summary>What is allowed alone but not together.</summary>
    private static IEnumerable<string> FindContradictions(ServerOptions options)
    {
        if (
            options.Tls
            is { CertificateFile: null, KeyFile: not null }
                or { CertificateFile: null, PasswordFile: not null }
        )
        {
            yield return "Tls:CertificateFile: must be set when Tls:KeyFile or Tls:PasswordFile is.";
        }

        foreach (var (name, problem) in options.Identity.External.FindProblems(options.Identity.Issuer))
        {
            yield return $"Identity:External:{name}: {problem}";
        }

        if (options.Gateway.QueueSoftBytes > options.Gateway.QueueHardBytes)
        {
            yield return "Gateway:QueueSoftBytes: expected at most Gateway:QueueHardBytes, "
                + $"{options.Gateway.QueueHardBytes}. Found: {options.Gateway.QueueSoftBytes}";
        }

        if (options.Store.HistoryRetention > TimeSpan.Zero && options.Store.HistoryRetention < TimeSpan.FromDays(1))
        {
            yield return "Store:HistoryRetention: expected 00:00:00, or at least 1.00:00:00. "
                + $"Found: {options.Store.HistoryRetention}";
        }

        // Or a client that sends a text of the limit would be closed for good (4500).
        var largest = (options.Gateway.MessageBytes - SendFrameBytes) / MostBytesOfAByte;
        if (options.Gateway.TextBytes > largest)
        {
            yield return $"Gateway:TextBytes: expected at most {largest}, so that a text fits a message of "
                + $"Gateway:MessageBytes, {options.Gateway.MessageBytes}, however it is escaped. "
                + $"Found: {options.Gateway.TextBytes}";
        }

        // Or no client could ever take an entry with a text of the limit: it would end its connection at each sync.
        const int ServerMost = (ProtocolLimits.ServerMessageBytes - EntryFrameBytes) / MostBytesOfAByte;
        if (options.Gateway.TextBytes > ServerMost)
        {
            yield return $"Gateway:TextBytes: expected at most {ServerMost}, so that an entry fits a message to a "
                + $"client, {ProtocolLimits.ServerMessageBytes}, however it is escaped. "
                + $"Found: {options.Gateway.TextBytes}";
        }

        if (options.Gateway.PageBytes > options.Gateway.FlushBytes)
        {
            yield return $"Gateway:PageBytes: expected at most Gateway:FlushBytes, {options.Gateway.FlushBytes}. "
                + $"Found: {options.Gateway.PageBytes}";
        }
    }
}
