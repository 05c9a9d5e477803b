using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Connect.Server.Configuration;

/// <summary>What is in force and who said so.</summary>
internal static class EffectiveSettings
{
    /// <summary>One line a setting: its name, its value, and where the value comes from.</summary>
    public static IEnumerable<string> Describe(IConfigurationRoot configuration, ServerOptions options) =>
        from setting in SettingList.All
        let value = SettingText.Redacted(setting, SettingText.Plain(setting.Get(options)))
        select $"{setting.Name} = {value}  [{Source(configuration, setting)}]";

    private static string Source(IConfigurationRoot configuration, Setting setting) =>
        configuration.Providers.LastOrDefault(each => Sets(each, setting)) switch
        {
            null => "default",
            CommandLineConfigurationProvider => "command line",
            EnvironmentVariablesConfigurationProvider => "environment",
            JsonConfigurationProvider file => file.Source.Path ?? "file",
            var other => other.ToString() ?? "",
        };

    private static bool Sets(IConfigurationProvider provider, Setting setting) =>
        setting.IsList
            ? provider.GetChildKeys([], setting.Name).Any()
            : provider.TryGet(setting.Name, out var value) && value is not null;
}
