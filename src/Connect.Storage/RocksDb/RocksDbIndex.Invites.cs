using System.Collections.Immutable;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb;

/// <content>Invites, at those who are invited and at those who invite.</content>
internal sealed partial class RocksDbIndex
{
    /// <inheritdoc/>
    public async ValueTask PutInvitesAsync(ImmutableArray<InviteRow> rows)
    {
        var writes = new FunctionWrite<bool>[rows.Length];
        for (var i = 0; i < writes.Length; i++)
        {
            var row = rows[i];
            writes[i] = new(batch => PutInvite(batch, row)) { Owner = row.User.Value };
            committer.Enqueue(writes[i]);
        }

        var written = await Task.WhenAll(writes.Select(write => write.Outcome.AsTask()));
        if (written.Contains(false))
        {
            throw new UserGoneException();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<InviteRow>> ListInvitesAsync(UserId user, CancellationToken cancellationToken)
    {
        await migration.EnsureAsync(user);
        using var scope = database.Enter();
        return
        [
            .. database.ReadOwner(database.Invites, user.Value).Select(row => ListRows.ReadInvite(row.Key, row.Value)),
        ];
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteInviteAsync(UserId user, ConversationId conversation, long time) =>
        Write(
            user,
            batch =>
            {
                var key = new byte[RowKeys.PairLength];
                RowKeys.Pair(key, user.Value, conversation.Value);
                if (database.Get(database.Invites, key) is not { } row || ListRows.ReadInvite(key, row).Time > time)
                {
                    return false;
                }

                batch.Delete(key, database.Invites);
                return true;
            },
            usesReserve: true
        );

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<UserId>?> NoteSentAsync(
        UserId by,
        ConversationId conversation,
        ImmutableArray<UserId> users,
        long time,
        long lapsed,
        int limit
    ) =>
        Write<ImmutableArray<UserId>?>(
            by,
            batch =>
            {
                var sent = database.ReadOwner(database.Sent, by.Value);
                var old = sent.Where(row => ListRows.ReadSent(row.Key, row.Value).Time <= lapsed).ToList();
                old.ForEach(row => batch.Delete(row.Key, database.Sent));
                var open = sent.Except(old).Select(row => ListRows.ReadSent(row.Key, row.Value)).ToList();
                var known = open.Where(each => each.Conversation == conversation).Select(each => each.User).ToHashSet();
                ImmutableArray<UserId> added = [.. users.Distinct().Where(user => !known.Contains(user))];
                if (!added.IsEmpty && open.Count + added.Length > limit)
                {
                    return null;
                }

                Span<byte> key = stackalloc byte[ListRows.SentKeyLength];
                Span<byte> row = stackalloc byte[ListRows.SentLength];
                ListRows.WriteSent(row, time);
                foreach (var user in added)
                {
                    ListRows.SentKey(key, by, conversation, user);
                    batch.Put(key, row, database.Sent);
                }

                return added;
            }
        );

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<SentInvite>> ListSentAsync(
        UserId by,
        int limit,
        CancellationToken cancellationToken
    )
    {
        using var scope = database.Enter();
        var sent = database.ReadOwner(database.Sent, by.Value).Take(limit);
        return new([.. sent.Select(row => ListRows.ReadSent(row.Key, row.Value))]);
    }

    /// <inheritdoc/>
    public async ValueTask ForgetSentAsync(UserId by, ConversationId conversation, ImmutableArray<UserId> users)
    {
        if (!users.IsEmpty)
        {
            await Write(
                by,
                batch =>
                {
                    Span<byte> key = stackalloc byte[ListRows.SentKeyLength];
                    foreach (var user in users)
                    {
                        ListRows.SentKey(key, by, conversation, user);
                        batch.Delete(key, database.Sent);
                    }

                    return true;
                },
                usesReserve: true
            );
        }
    }

    private bool PutInvite(WriteBatch batch, InviteRow invite)
    {
        if (database.FindGone(invite.User) != DeletionState.None)
        {
            return false;
        }

        Span<byte> key = stackalloc byte[RowKeys.PairLength];
        RowKeys.Pair(key, invite.User.Value, invite.Conversation.Value);
        Span<byte> row = stackalloc byte[ListRows.InviteLength];
        ListRows.WriteInvite(row, invite);
        batch.Put(key, row, database.Invites);
        return true;
    }

    private ValueTask<T> Write<T>(UserId owner, Func<WriteBatch, T> evaluate, bool usesReserve = false)
    {
        var write = new FunctionWrite<T>(evaluate) { Owner = owner.Value, UsesReserve = usesReserve };
        committer.Enqueue(write);
        return write.Outcome;
    }
}
