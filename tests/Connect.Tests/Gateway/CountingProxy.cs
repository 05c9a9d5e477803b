using System.Reflection;

namespace Connect.Tests.Gateway;

/// <summary>A port of the store that counts what is asked of it.</summary>
internal class CountingProxy<TPort> : DispatchProxy
    where TPort : class
{
    private TPort _inner = null!;
    private Action _count = null!;

    public static TPort Create(TPort inner, Action count)
    {
        var port = Create<TPort, CountingProxy<TPort>>();
        var proxy = (CountingProxy<TPort>)(object)port;
        (proxy._inner, proxy._count) = (inner, count);
        return port;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _count();
        return targetMethod!.Invoke(_inner, args);
    }
}
