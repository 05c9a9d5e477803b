using Microsoft.AspNetCore.Http;

namespace Connect.Doors.Admission;

/// <summary>
/// Which web pages may open a socket. Native clients send no Origin, and need a token like everyone else; pages of
/// other sites are refused.
/// </summary>
public static class OriginPolicy
{
    public static bool Allows(HttpRequest request, IEnumerable<string> allowed)
    {
        var origins = request.Headers.Origin;
        if (origins.Count == 0)
        {
            return true;
        }

        if (origins is not [{ Length: > 0 } origin])
        {
            return false;
        }

        var own = $"{request.Scheme}://{request.Host}";
        return Equal(origin, own) || allowed.Any(each => Equal(origin, each.TrimEnd('/')));
    }

    private static bool Equal(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
