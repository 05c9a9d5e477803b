using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Connect.Http.Documents;

/// <summary>Which form of a document a client gets (RFC 9110, 12.5.3).</summary>
public static class ContentCoding
{
    /// <summary>
    /// The first form of those the client likes best; the plain one, the last, when it says nothing or cannot be
    /// understood, and also when it wants none of them: a page that is too long is better than none.
    /// </summary>
    public static DocumentForm Choose(StringValues accepted, IReadOnlyList<DocumentForm> forms)
    {
        if (
            accepted.Count == 0
            || forms.Count == 1
            || !StringWithQualityHeaderValue.TryParseList([.. accepted!], out var wishes)
        )
        {
            return forms[^1];
        }

        var best = forms[^1];
        var liking = 0.0;
        foreach (var form in forms)
        {
            var quality = QualityOf(form.Coding, wishes);
            if (quality > liking)
            {
                (best, liking) = (form, quality);
            }
        }

        return best;
    }

    private static double QualityOf(string? coding, IList<StringWithQualityHeaderValue> wishes)
    {
        var wish = Find(coding ?? "identity", wishes) ?? Find("*", wishes);
        // Plain is always allowed unless it is forbidden, and comes after whatever is asked for by name.
        return wish is not null ? wish.Quality ?? 1
            : coding is null ? double.Epsilon
            : 0;
    }

    private static StringWithQualityHeaderValue? Find(string name, IList<StringWithQualityHeaderValue> wishes) =>
        wishes.FirstOrDefault(each => each.Value.Equals(name, StringComparison.OrdinalIgnoreCase));
}
