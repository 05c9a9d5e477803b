using System.IO.Compression;
using System.Security.Cryptography;
using Connect.Doors.Limits;
using Connect.Doors.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Connect.Http.Documents;

/// <summary>
/// What never changes while the process runs: made and compressed once, so that an answer costs no more than its bytes,
/// which an address has a rate for (<see cref="RateLimits.Documents"/>).
/// </summary>
/// <param name="ContentType">What it is.</param>
/// <param name="CacheControl">How long a copy is good.</param>
/// <param name="Forms">The plain form last, smaller ones before it.</param>
public sealed record FixedDocument(string ContentType, string CacheControl, IReadOnlyList<DocumentForm> Forms)
{
    /// <summary>Bytes of an answer that count as one.</summary>
    public const int UnitBytes = 64 * 1024;

    /// <summary>Good only after it was asked for.</summary>
    public const string Revalidated = "no-cache";

    /// <summary>Makes a document with its compressed forms.</summary>
    public static FixedDocument Create(byte[] bytes, string contentType, string cacheControl)
    {
        var forms = new List<DocumentForm>
        {
            Form("br", Compress(bytes, to => new BrotliStream(to, CompressionLevel.Optimal))),
            Form("gzip", Compress(bytes, to => new GZipStream(to, CompressionLevel.Optimal))),
            Form(null, bytes),
        };
        forms.RemoveAll(form => form.Coding is not null && form.Bytes.Length >= bytes.Length);
        return new(contentType, cacheControl, forms);
    }

    /// <summary>A form with the tag of its bytes.</summary>
    public static DocumentForm Form(string? coding, byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16));
        return new(coding, bytes, new($"\"{hash}\""));
    }

    /// <summary>Answers a request in the form that the client likes best, or that its copy is up to date.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var form = ContentCoding.Choose(context.Request.Headers.AcceptEncoding, Forms);
        var limits = context.RequestServices.GetRequiredService<RateLimits>();
        var wait = limits.Documents.Take(
            ClientAddress.Of(context.Connection.RemoteIpAddress),
            CostOf(form, context.Request.GetTypedHeaders())
        );
        if (wait > TimeSpan.Zero)
        {
            return Problems.WriteAsync(context, Problems.Describe(RateLimits.Refuse(wait)));
        }

        var headers = context.Response.Headers;
        headers.CacheControl = CacheControl;
        if (Forms.Count > 1)
        {
            // Caches on the way must not give one form to who asked for another.
            headers.Vary = HeaderNames.AcceptEncoding;
        }

        if (form.Coding is not null)
        {
            headers.ContentEncoding = form.Coding;
        }

        return Results
            .Bytes(form.Bytes, ContentType, enableRangeProcessing: true, entityTag: form.Tag)
            .ExecuteAsync(context);
    }

    /// <summary>An answer without a body counts as one; with another condition there may be a body after all.</summary>
    private static int CostOf(DocumentForm form, RequestHeaders headers) =>
        headers.IfNoneMatch.Any(tag => tag.Compare(form.Tag, useStrongComparison: false))
        && headers.IfMatch.Count == 0
        && headers.IfModifiedSince is null
        && headers.IfUnmodifiedSince is null
            ? 1
            : Math.Max(1, (form.Bytes.Length + UnitBytes - 1) / UnitBytes);

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> compressor)
    {
        using var compressed = new MemoryStream();
        using (var stream = compressor(compressed))
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }
}
