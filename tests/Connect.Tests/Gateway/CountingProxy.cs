using System.Reflection;

namespace Connect.Tests.Gateway;

/// <summary>A port of the store that counts what is asked of it.</summary>
public class CountingProxy : DispatchProxy
{
    private object _inner = null!;
    private Action _count = null!;

    public static TPort Create<TPort>(TPort inner, Action count)
        where TPort : class
    {
        var port = Create<TPort, CountingProxy>();
        var proxy = (CountingProxy)(object)port;
        (proxy._inner, proxy._count) = (inner, count);
        return port;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _count();
        return targetMethod!.Invoke(_inner, args);
    }
}
