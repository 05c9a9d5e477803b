namespace Connect.Tests.AccountLife;

/// <summary>After how many places the process dies next, and what was called until then.</summary>
internal sealed class CrashPlan(IEnumerable<int> lives)
{
    private readonly Queue<int> _lives = new(lives);
    private int _left = int.MaxValue;

    public List<string> Calls { get; } = [];

    public int Crashes { get; private set; }

    /// <summary>The next life of the process; one that is not named lasts for ever.</summary>
    public void Start() => _left = _lives.TryDequeue(out var places) ? places : int.MaxValue;

    public void Pass()
    {
        if (_left-- == 0)
        {
            Crashes++;
            throw new ProcessDiedException();
        }
    }

    public void Called(string name) => Calls.Add(name);

    internal sealed class ProcessDiedException : Exception;
}
