using System.Reflection;
using Xunit;

namespace Connect.Tests.Repository;

/// <summary>
/// What nodes of two versions must agree on while they run side by side: grains, their interfaces, and every type that
/// is serialised between them, by alias and id. <c>orleans-contracts.txt</c> lists it; whoever changes the list changes
/// the wire between nodes. A new line is an addition; a changed or removed one breaks an upgrade of a running cell.
/// </summary>
public sealed class OrleansContractsTests
{
    private const string File = "tests/Connect.Tests/Repository/orleans-contracts.txt";

    private static readonly List<Type> Types =
    [
        .. Directory
            .EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name is "connect-server" || name.StartsWith("Connect.", StringComparison.Ordinal))
            .Where(name => name != typeof(OrleansContractsTests).Assembly.GetName().Name)
            .Select(Assembly.Load)
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !IsGenerated(type))
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    [Fact]
    public void Every_contract_between_nodes_is_listed_as_it_is()
    {
        var listed = RepositoryFiles.Read(File).Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        var now = Grains().Concat(Interfaces()).Concat(Serialised()).Order(StringComparer.Ordinal).ToList();
        Assert.True(now.Count > 100, $"Only {now.Count} contracts were found.");
        Violations.None(
            listed.Except(now).Select(line => $"- {line}").Concat(now.Except(listed).Select(line => $"+ {line}")),
            $"{File} differs from the code (- only there, + only in the code)"
        );
        Assert.Equal(now.Count, listed.Count);
    }

    [Fact]
    public void Every_contract_has_an_alias_and_every_serialised_member_an_id() =>
        Violations.None(
            Types
                .Where(type => IsGrainInterface(type) || IsSerialised(type))
                .Where(type => type.GetCustomAttribute<AliasAttribute>() is null)
                .Select(type => $"{type.FullName} has no [Alias]")
                .Concat(
                    from type in Types.Where(IsGrainInterface)
                    from method in type.GetMethods()
                    where method.GetCustomAttribute<AliasAttribute>() is null
                    select $"{type.FullName}.{method.Name} has no [Alias]"
                )
                .Concat(
                    from type in Types.Where(IsSerialised)
                    from field in type.GetFields(Members)
                    where IdOf(field, type) is null && field.GetCustomAttribute<NonSerializedAttribute>() is null
                    select $"{type.FullName}.{NameOf(field)} has no [Id]"
                ),
            "Contracts between nodes that a rename would break"
        );

    [Fact]
    public void No_alias_and_no_id_is_given_twice() =>
        Violations.None(
            Types
                .Where(type => IsGrainInterface(type) || IsSerialised(type))
                .GroupBy(Alias)
                .Where(group => group.Count() > 1)
                .Select(group => group.Key)
                .Concat(
                    from type in Types.Where(IsSerialised)
                    from ids in type.GetFields(Members).Select(field => IdOf(field, type)).GroupBy(id => id)
                    where ids.Key is not null && ids.Count() > 1
                    select $"{type.FullName}: {ids.Key}"
                ),
            "Aliases and ids that are given twice"
        );

    private const BindingFlags Members =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static IEnumerable<string> Grains() =>
        from type in Types
        where type is { IsClass: true, IsAbstract: false } && typeof(IGrain).IsAssignableFrom(type)
        let name = type.GetCustomAttribute<GrainTypeAttribute>()?.GetGrainType(null!, type).ToString()
        select $"grain {name ?? DefaultName(type)}";

    /// <summary>What Orleans calls a grain whose class has no <c>[GrainType]</c>.</summary>
    private static string DefaultName(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.EndsWith("grain", StringComparison.Ordinal) ? name[..^"grain".Length] : name;
    }

    private static IEnumerable<string> Interfaces() =>
        from type in Types.Where(IsGrainInterface)
        from method in type.GetMethods()
        let parameters = string.Join(", ", method.GetParameters().Select(parameter => Show(parameter.ParameterType)))
        select $"call {Alias(type)}.{Alias(method)}({parameters}): {Show(method.ReturnType)}";

    private static IEnumerable<string> Serialised()
    {
        var types = Types.Where(IsSerialised).ToList();
        var fields = types
            .SelectMany(type => type.GetFields(Members).Select(field => (Type: type, Field: field)))
            .ToList();
        foreach (var type in types)
        {
            yield return $"type {Alias(type)}";
        }

        foreach (var (type, field) in fields)
        {
            yield return $"member {Alias(type)} {IdOf(field, type)} {Show(field.FieldType)} {NameOf(field)}";
        }

        // Enums travel as numbers.
        foreach (
            var type in fields.SelectMany(each => Inside(each.Field.FieldType)).Where(type => type.IsEnum).Distinct()
        )
        {
            foreach (var value in Enum.GetValues(type))
            {
                yield return $"enum {type.Name} {Enum.Format(type, value, "D")} {value}";
            }
        }
    }

    private static bool IsGenerated(Type type) =>
        type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) != false || type.Name.Contains('<');

    private static bool IsGrainInterface(Type type) =>
        type.IsInterface && type.GetInterfaces().Contains(typeof(IAddressable));

    private static bool IsSerialised(Type type) => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null;

    private static string Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias ?? member.Name;

    /// <summary>The id of a field, which the property in front of it may bear.</summary>
    private static uint? IdOf(FieldInfo field, Type type) =>
        (
            field.GetCustomAttribute<IdAttribute>()
            ?? type.GetProperty(NameOf(field), Members)?.GetCustomAttribute<IdAttribute>()
        )?.Id;

    private static string NameOf(FieldInfo field) => field.Name.TrimStart('<').Split('>')[0];

    private static IEnumerable<Type> Inside(Type type) =>
        [
            type,
            .. type.GetGenericArguments().SelectMany(Inside),
            .. type.HasElementType ? Inside(type.GetElementType()!) : [],
        ];

    private static string Show(Type type) =>
        type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Show))}>"
            : Alias(type);
}
