using System.Diagnostics.Metrics;
using System.Reflection;

namespace Connect.Tests.Metrics;

/// <summary>The instruments that an object, or a type, holds.</summary>
internal static class MeterInstruments
{
    public static Instrument Find(this object owner, string name) => All(owner).Single(each => each.Name == name);

    public static IEnumerable<Instrument> All(object owner) => Fields(owner.GetType(), owner, BindingFlags.Instance);

    public static IEnumerable<Instrument> AllStatic(Type type) => Fields(type, null, BindingFlags.Static);

    private static IEnumerable<Instrument> Fields(Type type, object? owner, BindingFlags kind) =>
        type.GetFields(kind | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(each => each.FieldType.IsAssignableTo(typeof(Instrument)))
            .Select(each => (Instrument)each.GetValue(owner)!);
}
