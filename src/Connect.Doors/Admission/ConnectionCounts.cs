using Connect.Doors.Limits;

namespace Connect.Doors.Admission;

/// <summary>Connections at a time, in all and of each address; an address without one is not remembered.</summary>
/// <param name="total">In all.</param>
/// <param name="perAddress">Of one address; 0 = no limit.</param>
public sealed class ConnectionCounts(int total, int perAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientAddress, int> _byAddress = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One more; to be given back with <see cref="Leave"/> unless it is shut out.</summary>
    public AdmissionResult Enter(ClientAddress address)
    {
        lock (_gate)
        {
            var own = _byAddress.GetValueOrDefault(address) + 1;
            var verdict = Worse(
                Judge(Count + 1, total),
                perAddress > 0 ? Judge(own, perAddress) : AdmissionResult.Open
            );
            if (verdict != AdmissionResult.Shut)
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

    private static AdmissionResult Judge(int count, int limit) =>
        count <= limit ? AdmissionResult.Open
        : count <= ConnectionCapacity.Reserve(limit) ? AdmissionResult.Crowded
        : AdmissionResult.Shut;

    private static AdmissionResult Worse(AdmissionResult one, AdmissionResult other) => one > other ? one : other;
}
