using System.Security.Cryptography;

namespace Connect.Cluster.Tests.Processes;

/// <summary>Names that nobody has yet.</summary>
internal static class UserNames
{
    public static string New() => "u" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
