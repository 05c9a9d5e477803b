using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using RocksDbSharp;

namespace Connect.Storage.RocksDb.Checks;

/// <summary>
/// Reads every row of users: accounts, devices, index rows and relations open, and usernames and accounts lead to each
/// other.
/// </summary>
internal sealed class UserCheck(Database database, ConversationTables tables, StoreKeys keys, Findings findings)
{
    private readonly AccountTables _accounts = new(database, keys);

    public long Accounts { get; private set; }

    public long Devices { get; private set; }

    public long IndexRows { get; private set; }

    public long LooseIndexRows { get; private set; }

    public void Run()
    {
        Each(
            database.Accounts,
            (key, value) =>
            {
                Accounts++;
                var user = new UserId(RowKeys.ReadId(key));
                findings.Run($"account {user}", () => CheckAccount(user, value));
            }
        );
        Each(
            database.Usernames,
            (key, value) => findings.Run("a username", () => CheckUsername(key, UsernameRow.Read(value)))
        );
        Each(
            database.Externals,
            (_, value) => findings.Run("an outside identity", () => CheckExternal(ExternalRow.Read(value)))
        );
        Each(database.Gone, (_, value) => findings.Run("a deletion", () => GoneRow.Read(value)));
        Each(
            database.Devices,
            (key, value) =>
            {
                Devices++;
                var user = new UserId(RowKeys.ReadId(key));
                findings.Run(
                    $"a device of {user}",
                    () => SealedRows.OpenDevice(KeyOf(user), user, new(RowKeys.ReadId(RowKeys.Row(key))), value)
                );
            }
        );
        Each(
            database.Index,
            (key, value) =>
            {
                IndexRows++;
                var user = new UserId(RowKeys.ReadId(key));
                findings.Run($"an index row of {user}", () => CheckIndexRow(user, key, value));
            }
        );
        CheckRelations();
    }

    /// <summary>Each relation opens, and together they match the counts of their owner.</summary>
    private void CheckRelations()
    {
        var counted = new Dictionary<UserId, RelationTally>();
        var tallies = new Dictionary<UserId, RelationTally>();
        Each(
            database.Relations,
            (key, value) =>
            {
                var owner = new UserId(RowKeys.ReadId(key));
                findings.Run(
                    $"a relation of {owner}",
                    () =>
                    {
                        var other = new UserId(RowKeys.ReadId(RowKeys.Row(key)));
                        if (other.IsNone)
                        {
                            tallies[owner] = SealedRows.OpenCounts(KeyOf(owner), owner, value).Tally;
                            return;
                        }

                        var relation = SealedRows.OpenRelation(KeyOf(owner), owner, other, value);
                        counted[owner] = counted.GetValueOrDefault(owner).With(default, relation);
                    }
                );
            }
        );
        foreach (var owner in counted.Keys.Union(tallies.Keys))
        {
            if (counted.GetValueOrDefault(owner) != tallies.GetValueOrDefault(owner))
            {
                findings.Add($"the tally of the relations of {owner}, which is not what they are");
            }
        }
    }

    private void CheckAccount(UserId user, byte[] row)
    {
        var account = SealedRows.OpenAccount(KeyOf(user), user, row);
        if (database.FindGone(user) != DeletionState.None)
        {
            return;
        }

        if (_accounts.FindOwner(_accounts.HashOf(account.NormalizedUsername)) != user)
        {
            throw new InvalidDataException("its username does not lead to it");
        }

        if (account.External is { } external && _accounts.FindExternal(_accounts.HashOf(external))?.User != user)
        {
            throw new InvalidDataException("its outside identity does not lead to it");
        }
    }

    private void CheckUsername(byte[] hash, UserId user)
    {
        if (database.FindGone(user) != DeletionState.None)
        {
            return;
        }

        var account = _accounts.Find(user) ?? throw new InvalidDataException($"there is no account {user}");
        if (_accounts.HashOf(account.NormalizedUsername) != RowKeys.ReadId(hash))
        {
            throw new InvalidDataException($"account {user} has another name");
        }
    }

    private void CheckExternal(ExternalOwner owner)
    {
        // An ended identity is kept without an owner.
        if (owner.EndedAt == 0 && _accounts.Find(owner.User) is null)
        {
            throw new InvalidDataException($"there is no account {owner.User}");
        }
    }

    private void CheckIndexRow(UserId user, byte[] key, byte[] value)
    {
        var conversation = new ConversationId(RowKeys.ReadId(RowKeys.Row(key)));
        SealedRows.OpenIndexRow(KeyOf(user), user, conversation, value);
        if (
            tables.FindHead(conversation) is not { } head
            || tables.FindMember(conversation, user, head.MemberRows) is not { IsPresent: true }
        )
        {
            LooseIndexRows++;
        }
    }

    private DataKey KeyOf(UserId user) =>
        keys.Find(RowTable.UserKey, user.Value) ?? throw new InvalidDataException("the user has no key");

    private void Each(ColumnFamilyHandle table, Action<byte[], byte[]> check)
    {
        using var iterator = database.Iterate(table);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            check(iterator.Key(), iterator.Value());
        }

        Database.ThrowIfFailed(iterator);
    }
}
