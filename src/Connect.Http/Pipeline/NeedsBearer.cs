namespace Connect.Http.Pipeline;

/// <summary>Marks a route that only a caller with an access token may use.</summary>
internal sealed class NeedsBearer
{
    public static readonly NeedsBearer Mark = new();
}
