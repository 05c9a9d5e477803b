using System.Reflection;
using System.Runtime.CompilerServices;
using Connect.Server.Configuration;

namespace Connect.Server.Limits;

/// <summary>A constant, or a property with a default, that holds the value of a limit.</summary>
/// <param name="Name"><c>Type.Member</c>.</param>
/// <param name="Member">The member.</param>
public sealed record LimitSource(string Name, MemberInfo Member)
{
    private static readonly string[] Projects =
    [
        "Protocol",
        "Contracts",
        "Conversations",
        "Delivery",
        "Accounts",
        "Doors",
        "Gateway",
        "Http",
        "Storage",
    ];

    private static readonly Lazy<IReadOnlyList<Type>> Types = new(() =>
        [
            .. Projects
                .Select(each => Assembly.Load($"Connect.{each}"))
                .Append(typeof(LimitSource).Assembly)
                .SelectMany(each => each.GetTypes())
                .Where(each =>
                    each.Namespace?.StartsWith("Connect.", StringComparison.Ordinal) == true
                    && !each.Namespace.StartsWith("Connect.Protocol.V1", StringComparison.Ordinal)
                    && !each.IsDefined(typeof(CompilerGeneratedAttribute))
                ),
        ]
    );

    /// <summary>Its value when nothing is set.</summary>
    public object Value =>
        Member switch
        {
            FieldInfo { IsLiteral: true } constant => constant.GetRawConstantValue()!,
            FieldInfo variable => variable.GetValue(null)!,
            PropertyInfo property => property.GetValue(Make(property.DeclaringType!))!,
            _ => throw new InvalidOperationException(Name),
        };

    /// <summary>The value as people read it.</summary>
    public string Text => SettingText.Readable(Value, Member.Name.EndsWith("Bytes", StringComparison.Ordinal));

    /// <summary>The setting that changes it, if there is one.</summary>
    public Setting? Setting =>
        SettingList.All.FirstOrDefault(each =>
            each.Property.DeclaringType == Member.DeclaringType && each.Property.Name == Member.Name
        );

    /// <exception cref="InvalidOperationException">There is no such member, or more than one.</exception>
    public static LimitSource Find(string name)
    {
        var found = All().Where(each => each.Name == name).ToList();
        return found is [var source]
            ? source
            : throw new InvalidOperationException($"{name}: {found.Count} constants or options have this name.");
    }

    /// <summary>
    /// Every constant number and time, and every number and time of an options or limits class: what may be a limit.
    /// </summary>
    public static IEnumerable<LimitSource> All() =>
        from type in Types.Value
        from member in MembersOf(type)
        select new LimitSource($"{type.Name}.{member.Name}", member);

    private static IEnumerable<MemberInfo> MembersOf(Type type)
    {
        const BindingFlags Static =
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        IEnumerable<MemberInfo> fields = type.IsEnum
            ? []
            : type.GetFields(Static)
                .Where(each =>
                    (each.IsLiteral || each.IsInitOnly) && IsAmount(each.FieldType) && !each.Name.Contains('<')
                );
        return HasOptions(type)
            ? fields.Concat(type.GetProperties().Where(each => each.CanWrite && IsAmount(each.PropertyType)))
            : fields;
    }

    private static bool HasOptions(Type type) =>
        type is { IsClass: true, IsAbstract: false }
        && (
            type.Name.EndsWith("Options", StringComparison.Ordinal)
            || type.Name.EndsWith("Limits", StringComparison.Ordinal)
        );

    private static bool IsAmount(Type type) =>
        type == typeof(int)
        || type == typeof(long)
        || type == typeof(uint)
        || type == typeof(ulong)
        || type == typeof(double)
        || type == typeof(TimeSpan);

    private static object Make(Type type) =>
        type.GetConstructor(Type.EmptyTypes) is { } constructor
            ? constructor.Invoke(null)
            : throw new InvalidOperationException($"{type.Name} has no constructor without parameters.");
}
