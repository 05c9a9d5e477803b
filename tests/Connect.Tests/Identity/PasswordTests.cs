using System.Globalization;
using Connect.Accounts.Identity;
using Connect.Contracts.Accounts;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Xunit;

namespace Connect.Tests.Identity;

public sealed class PasswordTests
{
    // Made with the reference program:
    // printf 'correct horse' | argon2 'sixteenbytesalt!' -id -t 2 -k 19456 -p 1 -l 32 -e
    private const string Reference =
        "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbmJ5dGVzYWx0IQ$v1jcTHgi+GvfSHLCnx8x7+QpnDZ7XvK8361JUf38ttA";

    private const string ReferenceNonAscii =
        "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbmJ5dGVzYWx0IQ$2GmFEYDwJTXP6u+YHlDAipbQwxyrkRt3dde+pcUkxfM";

    private const string ReferenceOther =
        "$argon2id$v=19$m=8192,t=3,p=1$c2l4dGVlbmJ5dGVzYWx0IQ$oe+pWmbchvQaCyZ4Kw2BGuG4DYOlRnPty+Ez0YbRXQI";

    [Theory]
    [InlineData(Reference, "correct horse", true)]
    [InlineData(Reference, "correct horsf", false)]
    [InlineData(ReferenceNonAscii, "pässwörd", true)]
    [InlineData(ReferenceOther, "correct horse", true)]
    public void A_hash_of_the_reference_program_is_understood(string phc, string password, bool matches)
    {
        Assert.True(PasswordHash.TryParse(phc, out var hash));
        Assert.Equal(matches, hash.Matches(password));
        Assert.Equal(phc, hash.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=1$c2l4dGVlbmJ5dGVzYWx0IQ$v1jcTHgi+GvfSHLCnx8x7+QpnDZ7XvK8361JUf38ttA")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=2$c2l4dGVlbmJ5dGVzYWx0IQ$v1jcTHgi+GvfSHLCnx8x7+QpnDZ7XvK8361JUf38ttA")]
    [InlineData("$argon2id$v=19$m=99999999,t=2,p=1$c2l4dGVlbmJ5dGVzYWx0IQ$v1jcTHgi+GvfSHLCnx8x7+QpnDZ7XvK8361JUf38tt")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c2hvcnQ$v1jcTHgi+GvfSHLCnx8x7+QpnDZ7XvK8361JUf38ttA")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbmJ5dGVzYWx0IQ$dg")]
    public void What_is_not_such_a_hash_is_not_read(string text) => Assert.False(PasswordHash.TryParse(text, out _));

    [Fact]
    public async Task A_wrong_password_an_unknown_user_and_a_disabled_one_get_one_answer()
    {
        using var world = new IdentityWorld();
        await world.RegisterAsync("ann");
        var gone = await world.RegisterAsync("bob");
        await world.Users.UpdateAsync(gone with { Disabled = true, Version = 2 });
        await world.Users.CreateAsync(new(UserId.NewRandom(), "oid", "oid", null, 0, false, 1));

        var answers = new List<Refusal>();
        foreach (
            var (username, password) in new[] { ("ann", "wrong horse"), ("nobody", "x"), ("bob", "correct horse") }
        )
        {
            answers.Add(await FailAsync(world, username, password));
        }

        answers.Add(await FailAsync(world, "oid", "correct horse"));
        answers.Add(await FailAsync(world, "not a username!", "correct horse"));
        answers.Add(await FailAsync(world, "ann", new string('x', 10_000)));
        Assert.Equal(RefusalReason.Unauthenticated, answers[0].Reason);
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task An_unknown_user_costs_the_same_work_as_a_known_one()
    {
        // With no room for a hash, only who needs none would get another answer than "overloaded".
        using var world = new IdentityWorld(new() { HashWorkers = 1, HashQueue = 1 });
        await world.RegisterAsync("ann");
        using var gate = new ManualResetEventSlim();
        var held = await FillAsync(world.Hasher, gate);
        foreach (var username in new[] { "ann", "nobody", "x" })
        {
            var refusal = await FailAsync(world, username, "wrong horse");
            Assert.Equal(RefusalReason.Overloaded, refusal.Reason);
            Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        }

        gate.Set();
        await Task.WhenAll(held);
        Assert.Equal(RefusalReason.Unauthenticated, (await FailAsync(world, "nobody", "wrong horse")).Reason);
    }

    [Fact]
    public async Task Above_the_queue_registering_is_refused_too()
    {
        using var world = new IdentityWorld(new() { HashWorkers = 1, HashQueue = 1 });
        using var gate = new ManualResetEventSlim();
        var held = await FillAsync(world.Hasher, gate);
        var answer = await world.Registration.RegisterAsync(
            "ann",
            IdentityWorld.Password,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(RefusalReason.Overloaded, IdentityWorld.Bad(answer).Reason);
        gate.Set();
        await Task.WhenAll(held);
        await world.RegisterAsync("ann");
    }

    [Fact]
    public async Task A_caller_who_left_costs_no_hash()
    {
        using var world = new IdentityWorld(new() { HashWorkers = 1, HashQueue = 4 });
        using var left = new CancellationTokenSource();
        var first = world.Hasher.HashAsync("password", TestContext.Current.CancellationToken);
        var second = world.Hasher.HashAsync("password", left.Token);
        await left.CancelAsync();
        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task A_hash_with_other_parameters_is_made_anew_at_the_next_login()
    {
        using var world = new IdentityWorld();
        var user = UserId.NewRandom();
        await world.Users.CreateAsync(new Account(user, "ann", "ann", ReferenceOther, 0, false, 1));
        await world.LoginAsync("ann");

        var stored = await world.Users.GetAsync(user, TestContext.Current.CancellationToken);
        Assert.Equal(2, stored!.Version);
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", stored.PasswordHash, StringComparison.Ordinal);
        await world.LoginAsync("ann");
        Assert.Equal(2, (await world.Users.GetAsync(user, TestContext.Current.CancellationToken))!.Version);
    }

    [Theory]
    [InlineData("Cr\u00e8me br\u00fbl\u00e9e", "Cre\u0300me bru\u0302le\u0301e")]
    [InlineData(
        "\ud55c\uad6d\uc5b4\ud55c\uad6d\uc5b4\ud55c\uad6d",
        "\u1112\u1161\u11ab\u1100\u116e\u11a8\uc5b4\ud55c\uad6d\uc5b4\ud55c\uad6d"
    )]
    public async Task The_same_password_from_another_keyboard_is_right(string one, string other)
    {
        foreach (var (first, second) in new[] { (one, other), (other, one) })
        {
            using var world = new IdentityWorld();
            IdentityWorld.Good(
                await world.Registration.RegisterAsync("ann", first, TestContext.Current.CancellationToken)
            );
            foreach (var typed in new[] { first, second })
            {
                IdentityWorld.Good(
                    await world.Logins.LoginAsync("ann", typed, null, default, TestContext.Current.CancellationToken)
                );
            }

            await FailAsync(world, "ann", first + "x");
        }
    }

    [Fact]
    public async Task A_password_that_was_hashed_as_it_was_typed_is_right_once_more_and_renewed()
    {
        const string Typed = "Cre\u0300me bru\u0302le\u0301e";
        using var world = new IdentityWorld();
        var old = PasswordHash.Create(Typed).ToString();
        var user = UserId.NewRandom();
        await world.Users.CreateAsync(new Account(user, "ann", "ann", old, 0, false, 1));

        IdentityWorld.Good(
            await world.Logins.LoginAsync("ann", Typed, null, default, TestContext.Current.CancellationToken)
        );

        var stored = await world.Users.GetAsync(user, TestContext.Current.CancellationToken);
        Assert.NotEqual(old, stored!.PasswordHash);
        Assert.True(PasswordHash.TryParse(stored.PasswordHash!, out var renewed));
        Assert.True(renewed.Matches("Cr\u00e8me br\u00fbl\u00e9e"));
    }

    [Fact]
    public void A_short_password_is_not_long_for_being_typed_in_parts() =>
        Assert.NotNull(PasswordRules.FindProblem("e\u0301e\u0301e\u0301e\u0301"));

    [Fact]
    public async Task Hashing_yields_to_all_other_threads()
    {
        if (!OperatingSystem.IsLinux())
        {
            // The runtime sets the priority there.
            return;
        }

        using var world = new IdentityWorld();
        var nice = IdentityWorld.Good(
            await world.Hasher.RunAsync(
                () => File.ReadAllText("/proc/thread-self/stat"),
                TestContext.Current.CancellationToken
            )
        );
        var own = NiceOf(File.ReadAllText("/proc/self/stat"));
        Assert.Equal(Math.Min(own + BackgroundPriority.Niceness, 19), NiceOf(nice));

        static int NiceOf(string stat) =>
            int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 3)]
    public void Half_the_cores_hash_at_most(int set, int least)
    {
        var workers = new IdentityOptions { HashWorkers = set }.EffectiveHashWorkers;
        Assert.InRange(workers, least, Math.Max(least, Environment.ProcessorCount / 2));
    }

    private static async Task<Refusal> FailAsync(IdentityWorld world, string username, string password) =>
        IdentityWorld.Bad(
            await world.Logins.LoginAsync(username, password, null, default, TestContext.Current.CancellationToken)
        );

    /// <summary>Holds the one worker and fills the one place of the queue until the gate opens.</summary>
    private static async Task<List<Task>> FillAsync(PasswordHasher hasher, ManualResetEventSlim gate)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = hasher.RunAsync(
            () =>
            {
                started.SetResult();
                gate.Wait();
                return "";
            },
            CancellationToken.None
        );
        await started.Task;
        return [running, hasher.RunAsync(() => "", CancellationToken.None)];
    }
}
