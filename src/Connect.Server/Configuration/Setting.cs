using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Connect.Server.Configuration;

/// <summary>
/// One setting there is. What is allowed and what it means stand at its property, so that checking, printing and
/// documenting say the same.
/// </summary>
public sealed class Setting
{
    private readonly PropertyInfo[] _path;

    internal Setting(IReadOnlyList<PropertyInfo> path)
    {
        _path = [.. path];
        Name = string.Join(':', path.Select(each => each.Name));
        Default = Get(new());
    }

    /// <summary>As it is written in a file and on the command line: <c>Tls:CertificateFile</c>.</summary>
    public string Name { get; }

    /// <summary>Its value when nothing sets it.</summary>
    public object? Default { get; }

    /// <summary>What it does, in Markdown.</summary>
    public string Meaning => Property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";

    /// <summary>A list, whose elements are set by number: <c>Gateway:AllowedOrigins:0</c>.</summary>
    public bool IsList => Property.PropertyType == typeof(IList<string>);

    /// <summary>What kind of value it takes.</summary>
    public string Kind =>
        Type switch
        {
            _ when IsList => "list",
            { IsEnum: true } => "word",
            _ when Type == typeof(bool) => "true or false",
            _ when Type == typeof(TimeSpan) => "time",
            _ when Type == typeof(string) => Property.GetCustomAttribute<AllowedValuesAttribute>() is null
                ? "text"
                : "word",
            _ => "number",
        };

    /// <summary>What values are allowed; empty when all are.</summary>
    public string Allowed => string.Join("; ", Rules.Select(Describe).Prepend(Words).Where(each => each.Length > 0));

    /// <summary>The property that holds it.</summary>
    public PropertyInfo Property => _path[^1];

    private Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    private IEnumerable<ValidationAttribute> Rules => Property.GetCustomAttributes<ValidationAttribute>();

    private string Words =>
        Type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(Type))
        : Type == typeof(bool) ? "true or false"
        : "";

    /// <summary>Its value.</summary>
    public object? Get(ServerOptions options) => Property.GetValue(Owner(options));

    /// <summary>Takes the value that a configuration gives it, if any.</summary>
    /// <param name="options">Where it is set.</param>
    /// <param name="section">The part of the configuration with its name.</param>
    /// <param name="problem">Why the value is not taken.</param>
    public bool TrySet(ServerOptions options, IConfigurationSection section, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (IsList)
        {
            return TrySetList((IList<string>)Get(options)!, section, out problem);
        }

        if (section.Value is not { } text)
        {
            return true;
        }

        if (!TryParse(text, out var value))
        {
            problem = Refuse(text);
            return false;
        }

        Property.SetValue(Owner(options), value);
        return true;
    }

    /// <summary>Null when the value is allowed; else what is wrong with it.</summary>
    public string? FindProblem(ServerOptions options)
    {
        var value = Get(options);
        return Rules.All(rule => rule.IsValid(value)) ? null : Refuse(SettingText.Plain(value));
    }

    private bool TrySetList(IList<string> list, IConfigurationSection section, out string? problem)
    {
        problem = string.IsNullOrEmpty(section.Value) ? null : $"{Name}: a list; its first element is {Name}:0.";
        foreach (var element in section.GetChildren())
        {
            list.Add(element.Value ?? "");
        }

        return problem is null;
    }

    private bool TryParse(string text, out object? value)
    {
        value = text;
        if (Type == typeof(string))
        {
            return true;
        }

        try
        {
            value = TypeDescriptor.GetConverter(Type).ConvertFromInvariantString(text);
            // A number is taken for an enumeration, whatever it is.
            return !Type.IsEnum || Enum.IsDefined(Type, value!);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or NotSupportedException)
        {
            return false;
        }
    }

    private string Refuse(string found)
    {
        var expected = Allowed.Length > 0 ? Allowed : $"a {Kind}";
        return $"{Name}: expected {expected}. Found: {SettingText.Redacted(this, found)}";
    }

    private object Owner(ServerOptions options) =>
        _path[..^1].Aggregate((object)options, (owner, each) => each.GetValue(owner)!);

    private string Describe(ValidationAttribute rule) =>
        rule switch
        {
            RangeAttribute range => $"{Text(range.Minimum)} to {Text(range.Maximum)}",
            AllowedValuesAttribute words => "one of " + string.Join(", ", words.Values),
            RequiredAttribute => "not empty",
            _ => rule.FormatErrorMessage(Name),
        };

    /// <summary>A range of times is written as text, a range of large numbers as fractions.</summary>
    private static string Text(object bound) =>
        SettingText.Plain(
            bound switch
            {
                string text => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
                double number => (long)number,
                _ => bound,
            }
        );
}
