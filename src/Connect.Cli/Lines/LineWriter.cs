using System.Text;

namespace Connect.Cli.Lines;

/// <summary>Hands on whole lines.</summary>
internal sealed class LineWriter(Action<string> print) : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (value != '\n')
        {
            _line.Append(value);
            return;
        }

        print(_line.ToString().TrimEnd('\r'));
        _line.Clear();
    }

    /// <summary>A text of several lines is printed in one go.</summary>
    public override void WriteLine(string? value)
    {
        print(_line.Append(value).ToString());
        _line.Clear();
    }
}
