using System.Reflection;

namespace Connect.Tests.AccountLife;

/// <summary>Stands before a port and lets the process die before or after the call a test names.</summary>
public class CrashProxy<T> : DispatchProxy
    where T : class
{
    private T _inner = null!;
    private CrashPlan _plan = null!;

    internal static T Before(T inner, CrashPlan plan)
    {
        var proxy = Create<T, CrashProxy<T>>();
        var self = (CrashProxy<T>)(object)proxy;
        (self._inner, self._plan) = (inner, plan);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _plan.Pass();
        try
        {
            var result = targetMethod!.Invoke(_inner, args);
            _plan.Called(targetMethod.Name);
            _plan.Pass();
            return result;
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is { } inner)
        {
            throw inner;
        }
    }
}
