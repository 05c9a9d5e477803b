using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Storage.InMemory;
using Connect.Tests.Storage.RocksDb;
using CsCheck;
using Xunit;

namespace Connect.Tests.Storage.Conformance;

/// <summary>
/// Any sequence of operations on accounts, devices and relations, right or wrong, has the same outcome in both stores.
/// </summary>
public sealed class AccountEquivalenceTests
{
    private const int Users = 3;
    private const int Names = 4;

    private static readonly RelationTally Limits = new(2, 1, 2, 1, 1);
    private static readonly Gen<int[]> Operation = Gen.Int[0, 1_000].Array[6];

    [Fact]
    public async Task The_embedded_store_answers_as_the_one_in_memory()
    {
        using var ports = StoreFolder.OpenForConformance();
        var round = 0;
        await Operation
            .Array[1, 60]
            .SampleAsync(
                async operations =>
                {
                    // Ids and names of its own for each case, so that all cases share one open store.
                    var scope = Interlocked.Increment(ref round);
                    var users = new InMemoryUserStore();
                    var memory = new Case(users, users, new InMemoryRelations(users), scope);
                    var embedded = new Case(ports.Users, ports.Deletions, ports.Relations, scope);
                    foreach (var operation in operations)
                    {
                        Assert.Equal(await memory.RunAsync(operation), await embedded.RunAsync(operation));
                    }
                },
                iter: 150,
                threads: 1
            );
    }

    private sealed class Case(IUserStore users, IDeletionStore deletions, IRelationStore relations, int scope)
    {
        public async Task<string> RunAsync(int[] operation)
        {
            var user = UserOf(operation[1]);
            var stored = await users.GetAsync(user, default);
            switch (operation[0] % 12)
            {
                case 0 or 1:
                    return $"{await users.CreateAsync(Account(user, operation, 1))} {await ShowAsync(user)}";
                case 2:
                    return $"{await users.UpdateAsync(Next(user, stored, operation))} {await ShowAsync(user)}";
                case 3:
                    var update = Next(user, stored, operation);
                    var ended = await users.UpdateAndEndLoginsAsync(update, DeviceOf(operation[2]));
                    return $"{ended} {await ShowAsync(user)}";
                case 4 or 5:
                    return $"{await PutDeviceAsync(user, operation)} {await ShowAsync(user)}";
                case 6:
                    await users.DeleteDeviceAsync(user, DeviceOf(operation[2]));
                    return await ShowAsync(user);
                case 7:
                    var going = Next(user, stored, operation) with { DeletingSince = 1 + operation[3] };
                    return $"{await deletions.BeginAsync(going)} {await ShowAsync(user)}";
                case 8:
                    await deletions.DeleteAccountAsync(user);
                    return await ShowAsync(user);
                case 9:
                    await relations.DeleteAllAsync(user);
                    return await ShowAsync(user);
                default:
                    return $"{await PutRelationAsync(user, operation)} {await ShowAsync(user)}";
            }
        }

        private async Task<bool> PutDeviceAsync(UserId user, int[] operation)
        {
            var id = DeviceOf(operation[2]);
            var version = (await users.GetDeviceAsync(user, id, default))?.Version ?? 0;
            var chain = operation[3] % 3 == 0 ? null : new RefreshChain(new byte[1], new byte[1], default, 1, 2);
            var next = version + (operation[4] % 5 == 0 ? 2 : 1);
            return await users.PutDeviceAsync(new(user, id, $"device {operation[5]}", 1, chain, next));
        }

        private async Task<RelationWrite> PutRelationAsync(UserId owner, int[] operation)
        {
            var other = UserOf(operation[1] + 1 + operation[2] % 5);
            var stored = Assert.Single(await relations.ReadAsync([(owner, other)], default));
            var given = new Relation(
                owner,
                other,
                operation[3] % 2,
                operation[3] / 2 % 2,
                operation[3] / 4 % 2,
                operation[3] / 8 % 2,
                stored.Version + (operation[4] % 5 == 0 ? 1 : 0)
            );
            return await relations.PutAsync(given, Limits);
        }

        private Account Next(UserId user, Account? stored, int[] operation) =>
            Account(user, operation, (stored?.Version ?? 0) + (operation[4] % 5 == 0 ? 2 : 1)) with
            {
                External = stored?.External,
                DeletingSince = stored?.DeletingSince ?? 0,
            };

        private Account Account(UserId user, int[] operation, long version)
        {
            var name = $"name {operation[2] % Names} of {scope}";
            return new(user, name, name, null, operation[5], false, version)
            {
                External = operation[3] % 2 == 0 ? null : new("issuer", $"{operation[3] % 4} of {scope}"),
            };
        }

        /// <summary>All that the ports say about a user.</summary>
        private async Task<string> ShowAsync(UserId user)
        {
            var parts = new List<string?>
            {
                $"{await users.GetAsync(user, default)}",
                $"{await deletions.ReadStateAsync(user, default)}",
                $"{await relations.CountAsync(user, default)}",
                string.Join(';', await relations.ListAsync(user, default)),
            };
            parts.AddRange(
                (await users.ListDevicesAsync(user, default)).Select(each =>
                    $"{each.Id} {each.Name} {each.Refresh is not null} {each.Version}"
                )
            );
            for (var i = 0; i < Names; i++)
            {
                parts.Add($"{(await users.FindByUsernameAsync($"name {i} of {scope}", default))?.User}");
                parts.Add($"{await users.FindExternalAsync(new("issuer", $"{i} of {scope}"), default)}");
            }

            return string.Join('|', parts);
        }

        private UserId UserOf(int number) => new((UInt128)(1 + number % Users) + ((UInt128)scope << 64));

        private static DeviceId DeviceOf(int number) => new((UInt128)(1 + number % 3));
    }
}
