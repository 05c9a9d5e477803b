using System.Reflection;

namespace Connect.Tests.Identity;

/// <summary>A store that counts its calls, and answers one kind of them as a test says, without the store.</summary>
public class CountedStore : DispatchProxy
{
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);
    private object _inner = null!;
    private string? _answered;
    private object? _answer;

    internal static T Over<T>(T inner, string? answered = null, object? answer = null)
        where T : class
    {
        var store = Create<T, CountedStore>();
        var counted = (CountedStore)(object)store;
        (counted._inner, counted._answered, counted._answer) = (inner, answered, answer);
        return store;
    }

    internal static int CallsOf(object store, string method) => ((CountedStore)store)._calls.GetValueOrDefault(method);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var name = targetMethod!.Name;
        _calls[name] = _calls.GetValueOrDefault(name) + 1;
        return name == _answered ? _answer : targetMethod.Invoke(_inner, args);
    }
}
