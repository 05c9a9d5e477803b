using Connect.Gateway.Limits;

namespace Connect.Gateway.Connections;

/// <summary>Connections at a time, in all and of each address; an address without one is not remembered.</summary>
/// <param name="total">In all.</param>
/// <param name="perAddress">Of one address; 0 = no limit.</param>
internal sealed class ConnectionCounts(int total, int perAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientAddress, int> _byAddress = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One more; to be given back with <see cref="Leave"/> unless it is shut out.</summary>
    public DoorVerdict Enter(ClientAddress address)
    {
        lock (_gate)
        {
            var own = _byAddress.GetValueOrDefault(address) + 1;
            var verdict = Worse(Judge(Count + 1, total), perAddress > 0 ? Judge(own, perAddress) : DoorVerdict.Open);
            if (verdict != DoorVerdict.Shut)
            {
                _byAddress[address] = own;
                Count++;
            }

            return verdict;
        }
    }

    public void Leave(ClientAddress address)
    {
        lock (_gate)
        {
            Count--;
            if (--_byAddress[address] == 0)
            {
                _byAddress.Remove(address);
            }
        }
    }

    private static DoorVerdict Judge(int count, int limit) =>
        count <= limit ? DoorVerdict.Open
        : count <= ConnectionRoom.Reserve(limit) ? DoorVerdict.Crowded
        : DoorVerdict.Shut;

    private static DoorVerdict Worse(DoorVerdict one, DoorVerdict other) => one > other ? one : other;
}
