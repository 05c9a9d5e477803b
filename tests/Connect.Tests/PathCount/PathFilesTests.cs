using System.Text.Json;
using Connect.PathCount;
using Xunit;

namespace Connect.Tests.PathCount;

public sealed class PathFilesTests
{
    private const int Messages = 200;

    [Fact]
    public void A_file_counts_when_one_of_its_lines_runs_for_every_message()
    {
        var path = Compare(new() { [1] = 3, [2] = 0 }, new() { [1] = 3, [2] = Messages });
        Assert.Equal(["src/A/B.cs"], path.EveryMessage);
        Assert.Empty(path.NowAndThen);
    }

    [Theory]
    [InlineData(1000, 1099, 0, 1)]
    [InlineData(1000, 1100, 1, 0)]
    [InlineData(1000, 1000, 0, 0)]
    [InlineData(1000, 700, 0, 0)]
    public void What_a_timer_does_a_few_times_more_is_kept_apart(int idle, int busy, int every, int nowAndThen)
    {
        var path = Compare(new() { [7] = idle }, new() { [7] = busy });
        Assert.Equal((every, nowAndThen), (path.EveryMessage.Count, path.NowAndThen.Count));
    }

    [Fact]
    public void A_file_that_ran_only_with_messages_counts()
    {
        var path = PathFiles.Between([], new() { ["src/A/B.cs"] = new() { [1] = Messages } }, Messages);
        Assert.Single(path.EveryMessage);
    }

    [Fact]
    public void Json_holds_the_lists_and_their_lengths()
    {
        var path = new PathFiles(["src/A/B.cs", "src/A/C.cs"], ["src/D/E.cs"], Messages);
        var json = JsonSerializer.Deserialize<JsonElement>(path.ToJson());
        Assert.Equal(2, json.GetProperty("files").GetInt32());
        Assert.Equal(3, json.GetProperty("files_strictly").GetInt32());
        Assert.Equal("src/A/C.cs", json.GetProperty("every_message")[1].GetString());
        Assert.Equal("src/D/E.cs", json.GetProperty("now_and_then")[0].GetString());
    }

    [Fact]
    public void Text_goes_by_folder_and_ends_with_the_total()
    {
        var lines = new PathFiles(["src/A/B.cs", "src/A/C.cs", "src/D/E.cs"], [], Messages).ToText().Split('\n');
        Assert.Equal(["src/A (2)", "  B.cs", "  C.cs", "", "src/D (1)"], lines[..5]);
        Assert.StartsWith("A direct message enters 3 files in 2 folders", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Hits_come_from_our_sources_alone_and_a_line_of_two_methods_ran_as_often_as_the_more_frequent()
    {
        const string Report = """
            {
              "Connect.A.dll": {
                "/r/src/Connect.A/B.cs": {
                  "Connect.A.B": {
                    "System.Void Connect.A.B::M()": { "Lines": { "5": 2, "6": 0 }, "Branches": [] },
                    "System.Void Connect.A.B::N()": { "Lines": { "6": 9 }, "Branches": [] }
                  }
                },
                "/r/src/Connect.A/obj/C.cs": { "C": { "M": { "Lines": { "1": 1 } } } },
                "/r/artifacts/obj/Connect.A/D.cs": { "D": { "M": { "Lines": { "1": 1 } } } },
                "/elsewhere/E.cs": { "E": { "M": { "Lines": { "1": 1 } } } }
              }
            }
            """;
        var (file, lines) = Assert.Single(LineHits.Read(Report, "/r"));
        Assert.Equal("src/Connect.A/B.cs", file);
        Assert.Equal(new Dictionary<int, int> { [5] = 2, [6] = 9 }, lines);
    }

    private static PathFiles Compare(Dictionary<int, int> idle, Dictionary<int, int> busy) =>
        PathFiles.Between(new() { ["src/A/B.cs"] = idle }, new() { ["src/A/B.cs"] = busy }, Messages);
}
