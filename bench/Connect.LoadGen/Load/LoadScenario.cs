using System.Globalization;

namespace Connect.LoadGen.Load;

/// <summary>Who writes to whom in a run.</summary>
/// <param name="Name">As the report shows it.</param>
/// <param name="Rooms">Conversations.</param>
/// <param name="Members">Of each, one device each.</param>
/// <param name="Senders">Of each, those who send.</param>
/// <param name="TextLength">Bytes of a text.</param>
internal sealed record LoadScenario(string Name, int Rooms, int Members, int Senders, int TextLength)
{
    public bool IsDirect => Members == 2;

    /// <summary>Those who get each message.</summary>
    public int Receivers => Members - 1;

    public int Connections => Rooms * Members;

    public static LoadScenario Direct(int pairs, int textLength) => new("direct", pairs, 2, 1, textLength);

    public static LoadScenario Group(int groups, int members, int senders, int textLength) =>
        new(string.Create(CultureInfo.InvariantCulture, $"group-{members}"), groups, members, senders, textLength);
}
