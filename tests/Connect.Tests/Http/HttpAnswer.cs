using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Connect.Tests.Http;

/// <summary>What came back.</summary>
internal sealed record HttpAnswer(HttpStatusCode Status, IHeaderDictionary Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Asserts that it is problem+json of this error and gives it.</summary>
    public JsonElement Problem(ErrorCode code, int? status = null)
    {
        var known = Connect.Protocol.ErrorCodes.Describe(code);
        Assert.Equal("application/problem+json", Headers.ContentType.ToString());
        var problem = Json;
        Assert.Equal(
            ((int)code, known.Name, status ?? known.HttpStatus, known.Retryable),
            (
                problem.GetProperty("code").GetInt32(),
                problem.GetProperty("name").GetString(),
                problem.GetProperty("status").GetInt32(),
                problem.GetProperty("retryable").GetBoolean()
            )
        );
        Assert.Equal(status ?? known.HttpStatus, (int)Status);
        Assert.Equal("urn:connect:error:" + known.Name, problem.GetProperty("type").GetString());
        Assert.Equal("no-store", Headers.CacheControl.ToString());
        return problem;
    }
}
