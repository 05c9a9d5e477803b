using System.Text.RegularExpressions;

namespace Connect.Tests.Repository;

/// <summary>
/// Finds the bodies of methods by their indentation, which the formatter keeps exact: a brace alone on its line opens
/// what the brace at the same column closes. A block directly inside a type, and not itself a type, is a method's body.
/// </summary>
internal static partial class MethodBodies
{
    public sealed record Body(int FirstLine, int Lines);

    public static List<Body> Of(string[] lines)
    {
        var bodies = new List<Body>();
        var open = new Stack<(int Indent, int Line, bool IsType)>();
        for (var at = 0; at < lines.Length; at++)
        {
            var text = lines[at].TrimStart();
            var indent = lines[at].Length - text.Length;
            if (text == "{")
            {
                open.Push((indent, at, IsType(lines, at, indent)));
            }
            else if (text.StartsWith('}') && open.TryPeek(out var block) && block.Indent == indent)
            {
                open.Pop();
                var inType = !open.TryPeek(out var outer) || outer.IsType;
                if (inType && !block.IsType)
                {
                    bodies.Add(new Body(block.Line + 1, at - block.Line + 1));
                }
            }
        }

        return bodies;
    }

    /// <summary>The head of a block reaches up to the first line at its own column.</summary>
    private static bool IsType(string[] lines, int brace, int indent)
    {
        for (var at = brace - 1; at >= 0; at--)
        {
            var text = lines[at].TrimStart();
            if (TypeHead().IsMatch(text))
            {
                return true;
            }

            if (text.Length == 0 || (lines[at].Length - text.Length <= indent && !text.StartsWith(')')))
            {
                return false;
            }
        }

        return false;
    }

    [GeneratedRegex(@"^(?:(?:\w+) )*(?:class|struct|interface|enum|record|extension)\b")]
    private static partial Regex TypeHead();
}
