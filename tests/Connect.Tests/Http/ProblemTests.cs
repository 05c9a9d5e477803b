using System.Net;
using Connect.Contracts.Storage;
using Connect.Doors.Limits;
using Connect.Doors.Problems;
using Connect.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Connect.Tests.Http;

public sealed class ProblemTests
{
    public static TheoryData<ErrorCode> Codes => [.. ErrorCodes.All.Select(each => each.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_error_of_the_wire_is_a_problem_with_its_number(ErrorCode code)
    {
        var known = ErrorCodes.Describe(code);
        var problem = Problems.Describe(code, "detail", "field", TimeSpan.FromMilliseconds(1.2));
        Assert.Equal((known.HttpStatus, (int)code, known.Name), (problem.Status, problem.Code, problem.Name));
        Assert.Equal(("detail", "field", 2L), (problem.Detail, problem.Field, problem.RetryAfterMs));
    }

    [Theory]
    [InlineData("{", null)]
    [InlineData("", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    [InlineData("""{"username":"ann"}""", null)]
    [InlineData("""{"username":"ann","password":7}""", "password")]
    [InlineData("""{"username":null,"password":"correct horse"}""", "username")]
    [InlineData("""{"username":"ann","username":"bob","password":"correct horse"}""", null)]
    [InlineData("""{"username":"ann","password":"correct horse"} x""", null)]
    public async Task A_body_that_cannot_be_read_is_invalid(string body, string? field)
    {
        await using var http = await HttpPipeline.StartAsync();
        var problem = (await http.SendAsync("POST", "/v1/accounts", body)).Problem(ErrorCode.Invalid);
        if (field is not null)
        {
            Assert.Equal(field, problem.GetProperty("field").GetString());
        }
    }

    [Fact]
    public async Task No_route_a_wrong_method_and_another_media_type_are_problems()
    {
        await using var http = await HttpPipeline.StartAsync();
        (await http.SendAsync("GET", "/v1/nothing")).Problem(ErrorCode.NotFound);
        var method = await http.SendAsync("PUT", "/v1/accounts", "{}");
        method.Problem(ErrorCode.UnknownType, 405);
        Assert.Equal("POST", method.Headers.Allow.ToString());
        (await http.SendAsync("POST", "/v1/accounts", "x", null, ("Content-Type", "text/plain"))).Problem(
            ErrorCode.Invalid,
            415
        );
    }

    [Theory]
    [InlineData("/v1/conversations?limit=many", "limit")]
    [InlineData("/v1/conversations?limit=-1", "limit")]
    [InlineData("/v1/conversations/c/entries?before=first", "before")]
    public async Task A_parameter_that_cannot_be_read_is_named(string path, string field)
    {
        await using var http = await HttpPipeline.StartAsync();
        var (token, _) = await http.LoginAsync("ann");
        var answer = await http.SendAsync("GET", path, null, token);
        Assert.Equal(field, answer.Problem(ErrorCode.Invalid).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("GET", "/v1/accounts", "POST")]
    [InlineData("OPTIONS", "/v1/tokens", "DELETE, POST")]
    [InlineData("OPTIONS", "/v1/me", "DELETE, GET, HEAD")]
    [InlineData("PATCH", "/v1/conversations", "GET, HEAD, POST")]
    public async Task A_wrong_method_is_told_the_right_ones(string method, string path, string allowed)
    {
        await using var http = await HttpPipeline.StartAsync();
        var answer = await http.SendAsync(method, path);
        answer.Problem(ErrorCode.UnknownType, 405);
        var methods = answer.Headers.Allow.ToString().Split(", ").Order();
        Assert.Equal(allowed, string.Join(", ", methods));
    }

    [Fact]
    public async Task A_HEAD_is_a_GET_without_a_body()
    {
        await using var http = await HttpPipeline.StartAsync();
        var (token, _) = await http.LoginAsync("ann");
        foreach (var path in new[] { "/v1/me", "/openapi/v1.json", "/v1/nothing" })
        {
            var get = await http.SendAsync("GET", path, null, token);
            var head = await http.SendAsync("HEAD", path, null, token);
            Assert.Equal((get.Status, ""), (head.Status, head.Body));
            Assert.Equal(get.Headers.ContentType, head.Headers.ContentType);
            Assert.NotEqual("", get.Body);
        }
    }

    [Fact]
    public async Task JSON_nests_to_the_limit_and_no_deeper()
    {
        await using var http = await HttpPipeline.StartAsync();
        // What is not known is passed over, but not without a limit.
        string Nested(int depth) =>
            $$"""{"username":"ann","password":"correct horse","x":{{new string('[', depth - 1)}}{{new string(
                ']',
                depth - 1
            )}}}""";
        Assert.Equal(HttpStatusCode.Created, (await http.SendAsync("POST", "/v1/accounts", Nested(16))).Status);
        (await http.SendAsync("POST", "/v1/accounts", Nested(17))).Problem(ErrorCode.Invalid);
    }

    [Fact]
    public async Task A_problem_names_its_request_as_the_log_does()
    {
        await using var http = await HttpPipeline.StartAsync();
        var problem = (await http.SendAsync("GET", "/v1/nothing")).Problem(ErrorCode.NotFound);
        var request = problem.GetProperty("request_id").GetString()!;
        Assert.NotEqual("", request);
        var (_, text) = Assert.Single(http.Log.Events, each => each.Event.Id == 1851);
        Assert.Contains(request, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_of_the_server_is_logged_and_told_to_nobody()
    {
        await using var http = await HttpPipeline.StartAsync(map: routes =>
            routes.MapGet("/fails", string () => throw new InvalidOperationException("the secret inside"))
        );
        var answer = await http.SendAsync("GET", "/fails?username=ann");
        answer.Problem(ErrorCode.Internal);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        var (logged, text) = Assert.Single(http.Log.Events, each => each.Event.Id == 1850);
        Assert.Equal("RequestFailed", logged.Name);
        Assert.DoesNotContain("ann", text.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_refuses_writes_is_unavailable_and_no_mistake()
    {
        await using var http = await HttpPipeline.StartAsync(map: routes =>
            routes.MapPost("/writes", string () => throw new StoreRefusesException("no space in /a/folder"))
        );
        var answer = await http.SendAsync("POST", "/writes");
        answer.Problem(ErrorCode.Unavailable);
        Assert.DoesNotContain("folder", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(http.Log.Events, each => each.Event.Id == 1850);
    }

    [Fact]
    public async Task Headers_set_before_a_failure_do_not_leave_with_it()
    {
        await using var http = await HttpPipeline.StartAsync(map: routes =>
            routes.MapGet(
                "/fails",
                string (HttpContext context) =>
                {
                    context.Response.Headers.ETag = "\"1\"";
                    throw new InvalidOperationException();
                }
            )
        );
        var answer = await http.SendAsync("GET", "/fails");
        Assert.Equal("", answer.Headers.ETag.ToString());
        Assert.Equal("nosniff", answer.Headers.XContentTypeOptions.ToString());
        Assert.Contains(
            "frame-ancestors 'none'",
            answer.Headers.ContentSecurityPolicy.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Every_answer_tells_browsers_what_they_may_not_do()
    {
        await using var http = await HttpPipeline.StartAsync();
        foreach (var path in new[] { "/v1/me", "/openapi/v1.json", "/nothing" })
        {
            var headers = (await http.SendAsync("GET", path)).Headers;
            Assert.Equal("nosniff", headers.XContentTypeOptions.ToString());
            Assert.Equal("no-referrer", headers["Referrer-Policy"].ToString());
            Assert.Equal("DENY", headers.XFrameOptions.ToString());
            Assert.StartsWith("max-age=", headers.StrictTransportSecurity.ToString(), StringComparison.Ordinal);
        }

        var local = await http.SendAsync("GET", "/v1/me", null, null, ("Host", "localhost:8443"));
        Assert.Equal("", local.Headers.StrictTransportSecurity.ToString());
    }

    [Fact]
    public async Task How_long_browsers_speak_https_alone_is_a_setting_and_0_says_nothing()
    {
        foreach (var (setting, told) in new[] { (TimeSpan.FromDays(1), "max-age=86400"), (TimeSpan.Zero, "") })
        {
            await using var http = await HttpPipeline.StartAsync(services =>
                services.AddSingleton(Options.Create(new GatewayOptions { StrictTransport = setting }))
            );
            var headers = (await http.SendAsync("GET", "/v1/me")).Headers;
            Assert.Equal(told, headers.StrictTransportSecurity.ToString());
        }
    }
}
