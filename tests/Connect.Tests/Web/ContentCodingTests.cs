using Connect.Http.Documents;
using CsCheck;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Connect.Tests.Web;

public sealed class ContentCodingTests
{
    private static readonly string[] Names = ["br", "gzip", "deflate", "identity"];
    private static readonly DocumentForm[] Forms = [Form("br"), Form("gzip"), Form(null)];

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("deflate", null)]
    [InlineData("*", "br")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("br;q=0.5, gzip;q=0.8", "gzip")]
    [InlineData("br;q=0.5, gzip;q=0.5", "br")]
    [InlineData("gzip;q=0.1", "gzip")]
    [InlineData("identity, gzip;q=0.5", null)]
    [InlineData("identity;q=0, gzip;q=0.5", "gzip")]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("*;q=0", null)]
    [InlineData("br;q=high", null)]
    [InlineData(";;;", null)]
    public void The_client_gets_the_form_it_likes_best(string? accepted, string? coding) =>
        Assert.Equal(coding, ContentCoding.Choose(new StringValues(accepted), Forms).Coding);

    [Fact]
    public void What_is_not_there_is_not_chosen()
    {
        Assert.Equal("gzip", ContentCoding.Choose("br, gzip;q=0.1", Forms[1..]).Coding);
        Assert.Null(ContentCoding.Choose("br, gzip", Forms[2..]).Coding);
    }

    [Fact]
    public void No_form_is_given_that_the_client_did_not_name() =>
        Gen.Select(Gen.Int[0, 3].Select(i => Names[i]), Gen.Int[0, 10])
            .Array[0, 5]
            .Sample(wishes =>
            {
                var header = string.Join(
                    ", ",
                    wishes.Select(each => $"{each.Item1};q={each.Item2 / 10}.{each.Item2 % 10}")
                );
                var chosen = ContentCoding.Choose(header, Forms).Coding;
                return chosen is null || wishes.Any(each => each.Item1 == chosen && each.Item2 > 0);
            });

    private static DocumentForm Form(string? coding) => new(coding, new byte[1], new EntityTagHeaderValue("\"x\""));
}
