using Connect.Client;
using Connect.Protocol.V1;

namespace Connect.Cli.Words;

/// <summary>How many members of a group have received and read a message, as far as line mode knows.</summary>
internal sealed class ReaderTally(string me)
{
    private readonly Dictionary<string, MemberPlace> _places = new(StringComparer.Ordinal);
    private HashSet<string> _members = [];

    /// <summary>The number of other members; 0 = not a group, or unknown.</summary>
    public int Others { get; private set; }

    /// <summary>Takes the conversation as the server reports it. Former members no longer count.</summary>
    public void Learn(ConversationInfo info)
    {
        Others = info.Kind == ConversationKind.Group ? Math.Max(0, info.MemberCount - 1) : 0;
        _members = info.Others.Select(other => other.User).ToHashSet(StringComparer.Ordinal);
        foreach (var other in info.Others)
        {
            Raise(other);
        }
    }

    public void Apply(ReceiptChanged receipt) => Raise(receipt.Place);

    /// <summary>The tally in words; empty unless this is a group that reports each member.</summary>
    public string Of(long seq)
    {
        if (_members.Count < 2)
        {
            return "";
        }

        var read = _members.Count(user => _places.GetValueOrDefault(user)?.HasRead(seq) == true);
        var delivered = _members.Count(user => _places.GetValueOrDefault(user)?.HasReceived(seq) == true);
        return read > 0 ? $"read by {read} of {_members.Count}" : $"delivered to {delivered} of {_members.Count}";
    }

    private void Raise(MemberPlace place)
    {
        if (place.User == me)
        {
            return;
        }

        _places[place.User] = _places.GetValueOrDefault(place.User)?.Raise(place) ?? place;
    }
}
