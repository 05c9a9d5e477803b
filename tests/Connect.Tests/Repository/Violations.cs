using Xunit;

namespace Connect.Tests.Repository;

/// <summary>What a rule of the repository found; a rule passes when it found nothing.</summary>
internal static class Violations
{
    public static void None(IEnumerable<string> found, string rule)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, $"{rule}:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", all)}");
    }
}
