using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Storage;
using Connect.Storage.Reading;
using Connect.Storage.Rows;

namespace Connect.Tests.Cost;

/// <summary>
/// Counts the work that is asked of a store: each call is one, and so is every row that goes in or comes out; and
/// who is told. Nothing here measures time.
/// </summary>
public sealed class WorkMeter
{
    private long _rows;
    private long _entries;
    private long _pushes;
    private readonly Dictionary<string, long> _calls = [];

    /// <summary>Calls, and rows that went in or came out.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Entries that were opened: each costs a decryption.</summary>
    public long Entries => Interlocked.Read(ref _entries);

    /// <summary>Users who were told something, each once for each thing they were told.</summary>
    public long Pushes => Interlocked.Read(ref _pushes);

    /// <summary>What was asked, for a test that fails.</summary>
    public override string ToString()
    {
        lock (_calls)
        {
            var calls = _calls.OrderByDescending(each => each.Value).Select(each => $"{each.Key} {each.Value}");
            return $"{Rows} rows, {Entries} entries, {Pushes} pushes: {string.Join(", ", calls)}";
        }
    }

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        lock (_calls)
        {
            _calls.Clear();
        }

        Interlocked.Exchange(ref _rows, 0);
        Interlocked.Exchange(ref _entries, 0);
        Interlocked.Exchange(ref _pushes, 0);
    }

    /// <summary>The same port, metered.</summary>
    public TPort Of<TPort>(TPort inner)
        where TPort : class
    {
        var port = DispatchProxy.Create<TPort, Port>();
        ((Port)(object)port).Bind(inner, this);
        return port;
    }

    /// <summary>A publication goes out.</summary>
    public void Publish(Publication publication) => Interlocked.Add(ref _pushes, publication.Recipients.Length);

    private void Count(string call, long rows, long entries)
    {
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _entries, entries);
        lock (_calls)
        {
            _calls[call] = _calls.GetValueOrDefault(call) + rows;
        }
    }

    /// <summary>A port of which every call is counted.</summary>
    public class Port : DispatchProxy
    {
        private object _inner = null!;
        private WorkMeter _meter = null!;

        internal void Bind(object inner, WorkMeter meter) => (_inner, _meter) = (inner, meter);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var page = args?.OfType<EntryPage>().FirstOrDefault();
            var before = page?.Count ?? 0;
            object? result;
            try
            {
                result = targetMethod!.Invoke(_inner, args);
            }
            catch (TargetInvocationException exception)
            {
                ExceptionDispatchInfo.Capture(exception.InnerException!).Throw();
                throw;
            }

            var entries = (page?.Count ?? 0) - before;
            var answer = Result(result);
            var rows = 1 + entries + RowsIn(answer) + (args ?? []).Sum(RowsIn);
            _meter.Count(targetMethod.Name, rows, entries + EntriesIn(answer));
            return result;
        }

        /// <summary>Stores in memory answer at once; a task that has not ended counts as one row.</summary>
        private static object? Result(object? answer)
        {
            var type = answer?.GetType();
            if (type is not { IsGenericType: true } || type.Name is not ("ValueTask`1" or "Task`1"))
            {
                return null;
            }

            return (bool)type.GetProperty("IsCompletedSuccessfully")!.GetValue(answer)!
                ? type.GetProperty("Result")!.GetValue(answer)
                : null;
        }

        private static long RowsIn(object? value) =>
            value switch
            {
                null or string or byte[] => 0,
                ConversationCommit commit => commit.Entries.Length + commit.Members.Length,
                ConversationSnapshot snapshot => snapshot.Members.Length,
                EntryPage => 0,
                IStructuralEquatable when IsDefault(value) => 0,
                ImmutableArray<ListedRows?> listed => listed.Sum(each => each is null ? 1 : RowsOf(each)),
                ICollection many => many.Count,
                _ => 0,
            };

        private static long EntriesIn(object? value) =>
            value switch
            {
                Entry => 1,
                ImmutableArray<ListedRows?> listed => listed.Count(each => each?.Newest is not null),
                _ => 0,
            };

        private static long RowsOf(ListedRows listed) =>
            1
            + MemberBlock.CountFor(Math.Max(1, listed.Members.Length))
            + (listed.Creation is null ? 0 : 1)
            + (listed.Newest is null ? 0 : 1);

        private static bool IsDefault(object value) =>
            value.GetType() is { IsGenericType: true } type
            && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
            && (bool)type.GetProperty("IsDefault")!.GetValue(value)!;
    }
}
