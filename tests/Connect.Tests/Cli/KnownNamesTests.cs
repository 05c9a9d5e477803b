using Connect.Cli.States;
using Xunit;

namespace Connect.Tests.Cli;

/// <summary>The names that outlast what the server tells.</summary>
public sealed class KnownNamesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connect-names-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_learnt_is_there_after_a_restart_and_the_newest_of_too_many_stay()
    {
        var file = Path.Combine(_folder.FullName, "names.json");
        new KnownNames(file).Learn([("u-1", "ann"), ("", "nobody"), ("u-2", "")]);
        var again = new KnownNames(file);
        Assert.Equal(("ann", null), (again.Find("u-1"), again.Find("u-2")));
        again.Learn(Enumerable.Range(1, KnownNames.Limit).Select(at => ($"many-{at}", $"name {at}")));
        var last = new KnownNames(file);
        Assert.Null(last.Find("u-1"));
        Assert.Equal(KnownNames.Limit, last.All.Count);
        Assert.Equal("name 1", last.Find("many-1"));
    }

    [Fact]
    public void A_file_that_is_damaged_or_cannot_be_written_costs_names_and_nothing_else()
    {
        var file = Path.Combine(_folder.FullName, "names.json");
        File.WriteAllText(file, "{\"u-1\":");
        var names = new KnownNames(file);
        Assert.Empty(names.All);
        names.Learn([("u-1", "ann")]);
        Assert.Equal("ann", new KnownNames(file).Find("u-1"));
        var lost = new KnownNames(Path.Combine(_folder.FullName, "gone", "names.json"));
        lost.Learn([("u-1", "ann")]);
        Assert.Equal("ann", lost.Find("u-1"));
    }
}
