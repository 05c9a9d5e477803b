using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Rules;

namespace Connect.Storage.InMemory;

/// <content>The order of the users' lists, and invites. A read sorts what it needs: all of it is in memory.</content>
public sealed partial class InMemoryStore
{
    private readonly Dictionary<(UserId, ConversationId), long> _placed = [];
    private readonly HashSet<ConversationId> _moved = [];
    private readonly Dictionary<(UserId User, ConversationId Conversation), InviteRow> _invites = [];
    private readonly Dictionary<(UserId By, ConversationId Conversation, UserId User), long> _sent = [];
    private long _lastStamp;

    /// <inheritdoc/>
    public ValueTask<int> CountAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_index.TryGetValue(user, out var ofUser) ? ofUser.Count : 0);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ListPlace>> ReadPlacesAsync(
        UserId user,
        ListShelf shelf,
        ListPlace after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            var rows = _index.TryGetValue(user, out var ofUser) ? ofUser.Values : Enumerable.Empty<IndexRow>();
            return new([
                .. rows.Where(row => IsOn(shelf, row))
                    .Select(row => new ListPlace(_placed[(user, row.Conversation)], row.Conversation))
                    .Order()
                    .SkipWhile(place => place.CompareTo(after) <= 0)
                    .Take(limit),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<IndexRow?>> FindManyAsync(
        UserId user,
        ImmutableArray<ConversationId> conversations,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            var rows = _index.GetValueOrDefault(user);
            return new([
                .. conversations.Select(each =>
                    rows is not null && rows.TryGetValue(each, out var row) ? row : (IndexRow?)null
                ),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ConversationId>> SettleAsync(int places, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ImmutableArray<ConversationId> settled = [.. _moved];
            _moved.Clear();
            foreach (var conversation in settled)
            {
                var stored = _conversations[conversation];
                foreach (var member in stored.Members.Where(each => each.IsPresent))
                {
                    var key = (member.User, conversation);
                    if (_placed.TryGetValue(key, out var at) && stored.Head.LastTime > at)
                    {
                        _placed[key] = Stamp();
                    }
                }
            }

            return new(settled);
        }
    }

    /// <inheritdoc/>
    public ValueTask PutInvitesAsync(ImmutableArray<InviteRow> rows)
    {
        lock (_lock)
        {
            foreach (var row in rows)
            {
                if (_gone.Contains(row.User))
                {
                    throw new UserGoneException();
                }

                _invites[(row.User, row.Conversation)] = row;
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<InviteRow>> ListInvitesAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new([.. _invites.Values.Where(row => row.User == user)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteInviteAsync(UserId user, ConversationId conversation, long time)
    {
        lock (_lock)
        {
            return new(
                _invites.TryGetValue((user, conversation), out var row)
                    && row.Time <= time
                    && _invites.Remove((user, conversation))
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<UserId>?> NoteSentAsync(
        UserId by,
        ConversationId conversation,
        ImmutableArray<UserId> users,
        long time,
        long lapsed,
        int limit
    )
    {
        lock (_lock)
        {
            foreach (var old in _sent.Where(each => each.Key.By == by && each.Value <= lapsed).ToList())
            {
                _sent.Remove(old.Key);
            }

            ImmutableArray<UserId> added =
            [
                .. users.Distinct().Where(user => !_sent.ContainsKey((by, conversation, user))),
            ];
            if (!added.IsEmpty && _sent.Keys.Count(key => key.By == by) + added.Length > limit)
            {
                return new((ImmutableArray<UserId>?)null);
            }

            foreach (var user in added)
            {
                _sent[(by, conversation, user)] = time;
            }

            return new(added);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<SentInvite>> ListSentAsync(
        UserId by,
        int limit,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            return new([
                .. _sent
                    .Where(each => each.Key.By == by)
                    .Take(limit)
                    .Select(each => new SentInvite(each.Key.Conversation, each.Key.User, each.Value)),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask ForgetSentAsync(UserId by, ConversationId conversation, ImmutableArray<UserId> users)
    {
        lock (_lock)
        {
            foreach (var user in users)
            {
                _sent.Remove((by, conversation, user));
            }

            return ValueTask.CompletedTask;
        }
    }

    private bool IsOn(ListShelf shelf, IndexRow row) =>
        shelf switch
        {
            ListShelf.Hidden => row.HiddenThrough > 0,
            ListShelf.Requests => _conversations.GetValueOrDefault(row.Conversation)?.FindMember(row.User) is { } member
                && ListRules.IsRequest(member.Flags),
            _ => true,
        };

    private long Stamp() => _lastStamp = Math.Max(_lastStamp, Now);
}
