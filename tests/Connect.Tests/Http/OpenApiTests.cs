using System.Text.Json;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Tests.Http;

public sealed class OpenApiTests
{
    private static readonly string[] NotDescribed = ["GET /docs", "GET /openapi"];

    [Fact]
    public async Task The_document_names_every_route_and_nothing_else()
    {
        await using var http = await HttpPipeline.StartAsync();
        var document = await DocumentAsync(http);
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);

        var mapped = http.Routes.Where(route => !NotDescribed.Any(route.StartsWith)).Order().ToList();
        var described = document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path =>
                path.Value.EnumerateObject().Select(each => $"{each.Name.ToUpperInvariant()} {path.Name}")
            )
            .Order();
        Assert.NotEmpty(mapped);
        Assert.Equal(mapped, described);
    }

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_and_its_problems()
    {
        await using var http = await HttpPipeline.StartAsync();
        foreach (var operation in Operations(await DocumentAsync(http)))
        {
            Assert.NotEmpty(operation.GetProperty("operationId").GetString()!);
            Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
            Assert.NotEmpty(operation.GetProperty("description").GetString()!);
            var responses = operation.GetProperty("responses");
            Assert.Contains(responses.EnumerateObject(), each => each.Name[0] == '2');
            foreach (var response in responses.EnumerateObject().Where(each => each.Name[0] != '2'))
            {
                var schema = response.Value.GetProperty("content").GetProperty("application/problem+json");
                Assert.Equal(
                    "#/components/schemas/Problem",
                    schema.GetProperty("schema").GetProperty("$ref").GetString()
                );
            }

            Assert.Equal(
                operation.GetProperty("security").GetArrayLength() > 0,
                responses.TryGetProperty("401", out _) && IsGuarded(operation)
            );
        }
    }

    [Fact]
    public async Task Every_operation_has_examples_that_fit_and_describes_its_parameters()
    {
        await using var http = await HttpPipeline.StartAsync();
        var document = await DocumentAsync(http);
        var contents = 0;
        foreach (var operation in Operations(document))
        {
            var id = operation.GetProperty("operationId").GetString();
            foreach (var media in Contents(operation))
            {
                Assert.True(media.TryGetProperty("example", out var example), $"{id}: give its route WithExample.");
                AssertAllows(document, media.GetProperty("schema"), example, id!);
                contents++;
            }

            foreach (var parameter in Parameters(operation))
            {
                Assert.True(
                    parameter.TryGetProperty("description", out _),
                    $"{id}, {parameter.GetProperty("name")}: give its route WithParameter."
                );
            }
        }

        Assert.NotEqual(0, contents);
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        await using var http = await HttpPipeline.StartAsync();
        var document = await DocumentAsync(http);
        var references = References(document).Distinct().ToList();
        Assert.Contains("#/components/schemas/HistoryPage", references);
        foreach (var reference in references)
        {
            var place = document;
            foreach (var step in reference.TrimStart('#', '/').Split('/'))
            {
                Assert.True(place.TryGetProperty(step, out place), reference);
            }
        }
    }

    [Fact]
    public async Task The_shapes_of_frames_are_those_that_are_written()
    {
        await using var http = await HttpPipeline.StartAsync();
        var schemas = (await DocumentAsync(http)).GetProperty("components").GetProperty("schemas");
        var page = new HistoryPage
        {
            Conversation = "c",
            HasMoreAfter = true,
            HasMoreBefore = true,
            Entries =
            {
                new Entry
                {
                    Conversation = "c",
                    Seq = 1,
                    Time = 2,
                    Cid = "x",
                    From = "u",
                    Kind = EntryKind.Message,
                    Text = "t",
                    Change = new()
                    {
                        User = "u",
                        Role = Role.Admin,
                        Title = "t",
                        Users = { "u" },
                    },
                },
            },
            Skipped =
            {
                new Skipped
                {
                    Conversation = "c",
                    From = 1,
                    To = 2,
                    Why = SkipReason.NotMember,
                },
            },
        };
        AssertFits(schemas, "HistoryPage", JsonSerializer.SerializeToElement(page, BodyJson.HistoryPage));
    }

    [Fact]
    public async Task The_page_for_people_needs_no_other_server()
    {
        await using var http = await HttpPipeline.StartAsync();
        var page = await http.SendAsync("GET", "/docs/");
        Assert.StartsWith("text/html", page.Headers.ContentType.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"//", page.Body, StringComparison.Ordinal);
    }

    private static bool IsGuarded(JsonElement operation) =>
        operation.GetProperty("operationId").GetString() is not ("register" or "create_tokens");

    private static async Task<JsonElement> DocumentAsync(HttpPipeline http) =>
        (await http.SendAsync("GET", "/openapi/v1.json")).Json;

    private static IEnumerable<JsonElement> Operations(JsonElement document) =>
        document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Select(each => each.Value);

    /// <summary>What is sent and what is answered, problems too.</summary>
    private static IEnumerable<JsonElement> Contents(JsonElement operation)
    {
        var bodies = operation.GetProperty("responses").EnumerateObject().Select(each => each.Value);
        return (operation.TryGetProperty("requestBody", out var request) ? bodies.Append(request) : bodies)
            .Where(each => each.TryGetProperty("content", out _))
            .SelectMany(each => each.GetProperty("content").EnumerateObject())
            .Select(each => each.Value);
    }

    private static JsonElement.ArrayEnumerator Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default;

    /// <summary>Every field of the value is in the schema and of its type, and every needed field is there.</summary>
    private static void AssertAllows(JsonElement document, JsonElement schema, JsonElement value, string place)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = document
                .GetProperty("components")
                .GetProperty("schemas")
                .GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            var properties = schema.GetProperty("properties");
            foreach (var field in value.EnumerateObject())
            {
                Assert.True(properties.TryGetProperty(field.Name, out var inner), $"{place}.{field.Name}");
                AssertAllows(document, inner, field.Value, $"{place}.{field.Name}");
            }

            var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray() : default;
            Assert.All(
                required,
                name => Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{place}: {name}")
            );
            return;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            Assert.NotEqual(0, value.GetArrayLength());
            foreach (var item in value.EnumerateArray())
            {
                AssertAllows(document, schema.GetProperty("items"), item, place + "[]");
            }

            return;
        }

        var expected = value.ValueKind switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => "integer",
            _ => "boolean",
        };
        Assert.True(schema.GetProperty("type").ToString().Contains(expected, StringComparison.Ordinal), place);
    }

    private static IEnumerable<string> References(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject()
                .SelectMany(each => each.Name == "$ref" ? [each.Value.GetString()!] : References(each.Value)),
            JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
            _ => [],
        };

    private static void AssertFits(JsonElement schemas, string name, JsonElement value)
    {
        var properties = schemas.GetProperty(name).GetProperty("properties");
        Assert.Equal(
            properties.EnumerateObject().Select(each => each.Name).Order(),
            value.EnumerateObject().Select(each => each.Name).Order()
        );
        foreach (var field in value.EnumerateObject())
        {
            var schema = properties.GetProperty(field.Name);
            var one = field.Value;
            if (schema.TryGetProperty("items", out var items))
            {
                (schema, one) = (items, one[0]);
            }

            if (schema.TryGetProperty("$ref", out var reference))
            {
                AssertFits(schemas, reference.GetString()!.Split('/')[^1], one);
            }
            else if (schema.TryGetProperty("enum", out var values))
            {
                Assert.Contains(one.GetString(), values.EnumerateArray().Select(each => each.GetString()));
            }
            else
            {
                var type = schema.GetProperty("type").GetString();
                Assert.Equal(
                    type,
                    one.ValueKind switch
                    {
                        JsonValueKind.String => "string",
                        JsonValueKind.Number => "integer",
                        JsonValueKind.True => "boolean",
                        _ => "?",
                    }
                );
            }
        }
    }
}
