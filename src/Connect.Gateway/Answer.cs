using System.Diagnostics.CodeAnalysis;

namespace Connect.Gateway;

/// <summary>A value, or why there is none.</summary>
internal readonly struct Answer<T>
    where T : class
{
    private readonly T? _value;
    private readonly Refusal? _refusal;

    private Answer(T? value, Refusal? refusal) => (_value, _refusal) = (value, refusal);

    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(Refusal refusal) => new(null, refusal);

    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (_value, _refusal);
        return value is not null;
    }
}
