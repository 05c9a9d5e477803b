using System.IO.Compression;
using System.Net;
using Connect.Doors.Limits;
using Connect.Doors.Proxy;
using Connect.Http.Documents;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>What never changes is made once.</summary>
public sealed class DocumentTests
{
    private const string Document = "/openapi/v1.json";

    [Fact]
    public async Task The_document_is_generated_once_however_many_ask()
    {
        var generated = 0;
        await using var http = await HttpPipeline.StartAsync(services =>
            services.Configure<OpenApiOptions>(
                "v1",
                options =>
                    options.AddDocumentTransformer(
                        (_, _, _) =>
                        {
                            Interlocked.Increment(ref generated);
                            return Task.CompletedTask;
                        }
                    )
            )
        );
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => http.SendAsync("GET", Document)));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, answers[0].Body), (answer.Status, answer.Body)));
        Assert.Equal(1, generated);
        Assert.Equal("/", answers[0].Json.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    [Theory]
    [InlineData(Document, "application/json")]
    [InlineData("/docs/", "text/html")]
    [InlineData("/docs/scalar.js", "text/javascript")]
    public async Task A_copy_that_is_up_to_date_is_told_so_and_forms_are_compressed(string path, string type)
    {
        await using var http = await HttpPipeline.StartAsync();
        var plain = await http.SendAsync("GET", path);
        Assert.Equal(HttpStatusCode.OK, plain.Status);
        Assert.Contains(type.Split('/')[1], plain.Headers.ContentType.ToString(), StringComparison.Ordinal);
        Assert.Equal("Accept-Encoding", plain.Headers.Vary.ToString());
        Assert.NotEqual("", plain.Headers.CacheControl.ToString());

        var tag = plain.Headers.ETag.ToString();
        Assert.NotEqual("", tag);
        var again = await http.SendAsync("GET", path, null, null, ("If-None-Match", tag));
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.Status, again.Body));

        var small = await http.SendAsync("GET", path, null, null, ("Accept-Encoding", "br, gzip"));
        Assert.Equal("br", small.Headers.ContentEncoding.ToString());
        Assert.NotEqual(tag, small.Headers.ETag.ToString());
        Assert.True(small.Headers.ContentLength < plain.Headers.ContentLength);
    }

    [Theory]
    [InlineData("If-Match")]
    [InlineData("If-Modified-Since")]
    [InlineData("If-Unmodified-Since")]
    public async Task An_answer_that_another_condition_makes_whole_costs_all_of_it(string condition)
    {
        await using var http = await HttpPipeline.StartAsync(services =>
            services.Configure<RateOptions>(rates => rates.DocumentsPerAddress = 200)
        );
        var first = await http.SendAsync("GET", "/docs/scalar.js");
        var tag = first.Headers.ETag.ToString();
        var value = condition == "If-Match" ? tag : http.Time.GetUtcNow().ToString("R");
        for (var asked = 0; ; asked++)
        {
            Assert.True(asked < 20, "The budget never ends.");
            var headers = new[] { ("If-None-Match", tag), (condition, value) };
            if ((await http.SendAsync("GET", "/docs/scalar.js", null, null, headers)).Status == (HttpStatusCode)429)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task An_address_has_a_budget_of_bytes_and_a_copy_that_is_good_costs_one()
    {
        await using var http = await HttpPipeline.StartAsync(services =>
            services.Configure<RateOptions>(rates => rates.DocumentsPerAddress = 100)
        );
        var first = await http.SendAsync("GET", "/docs/scalar.js");
        var units = (int)((first.Headers.ContentLength! + FixedDocument.UnitBytes - 1) / FixedDocument.UnitBytes);
        Assert.InRange(units, 20, 100);
        for (var left = 100 - units; left > 0; left--)
        {
            var good = await http.SendAsync(
                "GET",
                "/docs/scalar.js",
                null,
                null,
                ("If-None-Match", first.Headers.ETag.ToString())
            );
            Assert.Equal(HttpStatusCode.NotModified, good.Status);
        }

        (await http.SendAsync("GET", Document)).Problem(ErrorCode.RateLimited);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.SendAsync("GET", "/v1/me")).Status);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_each_client_has_limits_of_their_own()
    {
        await using var http = await HttpPipeline.StartAsync(services =>
        {
            services.Configure<ProxyOptions>(proxy => proxy.Trusted.Add("10.0.0.0/8"));
            services.Configure<RateOptions>(rates => rates.RequestsPerAddress = 2);
        });
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync("203.0.113.7")).Status);
        }

        (await AskAsync("1.1.1.1, 203.0.113.7")).Problem(ErrorCode.RateLimited);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("203.0.113.8")).Status);

        Task<HttpAnswer> AskAsync(string client)
        {
            return http.SendAsync(
                "GET",
                Document,
                null,
                null,
                (HttpPipeline.Peer, "10.0.0.1"),
                ("X-Forwarded-For", client)
            );
        }
    }

    [Fact]
    public void The_compressed_forms_hold_the_same_bytes_and_useless_ones_are_left_out()
    {
        var text = new byte[10_000];
        var document = FixedDocument.Create(text, "text/plain", FixedDocument.Revalidated);
        Assert.Equal(["br", "gzip", null], document.Forms.Select(form => form.Coding));
        using var opened = new MemoryStream();
        using (var packed = new MemoryStream(document.Forms[1].Bytes.ToArray()))
        using (var gzip = new GZipStream(packed, CompressionMode.Decompress))
        {
            gzip.CopyTo(opened);
        }

        Assert.Equal(text, opened.ToArray());
        Assert.Equal(
            [null],
            FixedDocument.Create([1, 2, 3], "text/plain", FixedDocument.Revalidated).Forms.Select(form => form.Coding)
        );
    }
}
