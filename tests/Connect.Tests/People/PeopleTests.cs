using Connect.Accounts.People;
using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Refusals;
using Connect.Conversations.Requests;
using CsCheck;
using Xunit;

namespace Connect.Tests.People;

public sealed class PeopleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_unknown_gone_or_blocking_gives_one_answer()
    {
        var world = new PeopleWorld();
        var (ann, ben, cleo) = (await world.AddUserAsync(), await world.AddUserAsync(), await world.AddUserAsync());
        await world.DeleteAsync(ben);
        await world.Blocks.BlockAsync(cleo, ann, Cancel);

        var unknown = await world.Contacts.RequestAsync(ann, UserId.NewRandom(), Cancel);

        Assert.Equal(RefusalReason.Forbidden, unknown!.Reason);
        Assert.Equal(unknown, await world.Contacts.RequestAsync(ann, ben, Cancel));
        Assert.Equal(unknown, await world.Contacts.RequestAsync(ann, cleo, Cancel));
        Assert.Empty(await world.Rows.ListAsync(ann, Cancel));
    }

    [Fact]
    public async Task Devices_are_told_of_requests_and_what_their_user_did_and_of_nothing_else()
    {
        var world = new PeopleWorld();
        var (ann, ben) = (await world.AddUserAsync(), await world.AddUserAsync());

        await world.Contacts.RequestAsync(ann, ben, Cancel);
        Assert.Equal([(ann, ben), (ben, ann)], Told());
        await world.Contacts.DeclineAsync(ben, ann, Cancel);
        Assert.Equal([(ben, ann)], Told());
        await world.Contacts.RequestAsync(ann, ben, Cancel);
        Assert.Equal([(ann, ben)], Told());
        await world.Contacts.RequestAsync(ben, ann, Cancel);
        Assert.Equal([(ben, ann), (ann, ben)], Told());
        await world.Contacts.RemoveAsync(ann, ben, Cancel);
        Assert.Equal([(ann, ben)], Told());
        await world.Blocks.BlockAsync(ben, ann, Cancel);
        Assert.Equal([(ben, ann)], Told());
        await world.Contacts.RequestAsync(ann, ben, Cancel);
        Assert.Empty(Told());
        await world.Blocks.UnblockAsync(ben, ann, Cancel);
        Assert.Equal([(ben, ann)], Told());

        (UserId, UserId)[] Told()
        {
            var told = world.Published.ToArray();
            world.Published.Clear();
            Assert.All(told, each => Assert.Equal(world.Keys.Derive(ann, ben), each.Conversation));
            return [.. told.Select(each => (Assert.Single(each.Recipients), each.Contact))];
        }
    }

    [Fact]
    public async Task A_marker_without_a_will_is_no_request_and_goes_after_an_hour()
    {
        var world = new PeopleWorld();
        var (ann, ben) = (await world.AddUserAsync(), await world.AddUserAsync());
        var now = world.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await world.Rows.PutAsync(new(ann, ben, AskedAt: now), new PeopleOptions().Limits);

        Assert.Empty(await world.Contacts.ListAsync(ann, Cancel));
        Assert.Single(await world.Rows.ListAsync(ann, Cancel));
        world.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1));
        Assert.Empty(await world.Contacts.ListAsync(ann, Cancel));
        Assert.Empty(await world.Rows.ListAsync(ann, Cancel));
    }

    [Fact]
    public async Task A_request_that_finds_no_room_leaves_nothing_behind()
    {
        var world = new PeopleWorld(
            new()
            {
                OwnRequests = 1,
                Requests = 1,
                Blocks = 1,
            }
        );
        var (ann, ben, cleo) = (await world.AddUserAsync(), await world.AddUserAsync(), await world.AddUserAsync());
        Assert.Null(await world.Contacts.RequestAsync(ann, ben, Cancel));

        Assert.Equal(RefusalReason.RateLimited, (await world.Contacts.RequestAsync(ann, cleo, Cancel))!.Reason);
        Assert.Empty(await world.Rows.ListAsync(cleo, Cancel));
        Assert.Equal(RefusalReason.RateLimited, (await world.Contacts.RequestAsync(cleo, ben, Cancel))!.Reason);
        Assert.Empty(await world.Rows.ListAsync(cleo, Cancel));

        Assert.Null(await world.Blocks.BlockAsync(ann, ben, Cancel));
        Assert.Equal(RefusalReason.RateLimited, (await world.Blocks.BlockAsync(ann, cleo, Cancel))!.Reason);
        Assert.Null(await world.FlagsAsync(ann, cleo));
    }

    [Fact]
    public async Task When_no_more_declines_are_remembered_a_declined_user_can_ask_again()
    {
        var world = new PeopleWorld(new() { Declined = 1 });
        var ann = await world.AddUserAsync();
        foreach (var remembered in new[] { true, false })
        {
            var other = await world.AddUserAsync();
            await world.Contacts.RequestAsync(other, ann, Cancel);
            Assert.Null(await world.Contacts.DeclineAsync(ann, other, Cancel));
            Assert.Empty(await world.Contacts.ListAsync(ann, Cancel));
            await world.Contacts.RequestAsync(other, ann, Cancel);
            Assert.Equal(remembered, (await world.Contacts.ListAsync(ann, Cancel)).IsEmpty);
        }
    }

    [Fact]
    public async Task Listeners_hear_of_every_change()
    {
        var world = new PeopleWorld();
        var (ann, ben) = (await world.AddUserAsync(), await world.AddUserAsync());
        await world.Contacts.RequestAsync(ann, ben, Cancel);
        Assert.Equal([(ben, ann), (ann, ben)], world.Changed);

        await world.Privacy.ChangeAsync(ann, true, null, Cancel);
        await world.Privacy.ChangeAsync(ann, true, null, Cancel);
        Assert.Equal([(ann, new Privacy(true, false))], world.PrivacyChanges);
        Assert.Equal(new Privacy(true, false), await world.Relations.ReadPrivacyAsync(ann, Cancel));
    }

    [Fact]
    public async Task Becoming_contacts_settles_what_one_wrote_as_a_stranger()
    {
        var world = new PeopleWorld();
        var (ann, ben) = (await world.AddUserAsync(), await world.AddUserAsync());
        await world.Store.SetFlagsAsync(world.Keys.Derive(ann, ben), ben, ann, MemberFlags.Request, MemberFlags.None);
        await world.Contacts.RequestAsync(ann, ben, Cancel);
        Assert.Equal(MemberFlags.Request, await world.FlagsAsync(ben, ann));

        await world.Contacts.AcceptAsync(ben, ann, Cancel);

        Assert.Equal(MemberFlags.None, await world.FlagsAsync(ben, ann));
    }

    [Theory]
    [InlineData(false, false, 4, 3)]
    [InlineData(true, false, 4, 3)]
    [InlineData(false, true, 4, 0)]
    public async Task Who_wrote_a_request_is_told_of_earlier_marks_when_it_is_accepted(
        bool becomeContacts,
        bool hidesReads,
        long delivered,
        long read
    )
    {
        var world = new PeopleWorld();
        var (ann, ben) = (await world.AddUserAsync(), await world.AddUserAsync());
        var conversation = await world.WriteRequestAsync(ann, ben, new(4, 3, 3, 0));
        await world.Privacy.ChangeAsync(ben, null, hidesReads, Cancel);

        if (becomeContacts)
        {
            await world.Contacts.RequestAsync(ann, ben, Cancel);
            Assert.Empty(Receipts(world));
            await world.Contacts.AcceptAsync(ben, ann, Cancel);
        }
        else
        {
            Assert.Null(await world.Requests.AnswerAsync(ben, conversation, accepts: true, Cancel));
        }

        var told = Assert.Single(Receipts(world));
        Assert.Equal(conversation, told.Conversation);
        Assert.Equal([ann], told.Recipients);
        Assert.Equal([new MarkChange(ben, delivered, read)], told.Receipts);
    }

    [Fact]
    public async Task Who_declines_a_request_tells_of_no_marks()
    {
        var world = new PeopleWorld();
        var (ann, ben) = (await world.AddUserAsync(), await world.AddUserAsync());
        var conversation = await world.WriteRequestAsync(ann, ben, new(4, 3, 3, 0));
        Assert.Null(await world.Requests.AnswerAsync(ben, conversation, accepts: false, Cancel));
        Assert.Empty(Receipts(world));

        // Accepted after all.
        Assert.Null(await world.Requests.AnswerAsync(ben, conversation, accepts: true, Cancel));
        Assert.Single(Receipts(world));
    }

    [Fact]
    public void An_accepted_request_shows_what_neither_hides() =>
        Gen.Select(Gen.Int[0, 3], Gen.Long[0, 5], Gen.Long[0, 5], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool)
            .Sample(
                (flags, delivered, read, readerHides, authorHides, readerBlocks, authorBlocks) =>
                {
                    var (reader, author) = (UserId.NewRandom(), UserId.NewRandom());
                    read = Math.Min(read, delivered);
                    var member = new Member(reader, MemberRole.Member, [new(1, 9)], new(delivered, read, read, 0))
                    {
                        Flags = flags switch
                        {
                            1 => MemberFlags.Request,
                            2 => MemberFlags.Declined,
                            3 => MemberFlags.Blocks,
                            _ => MemberFlags.None,
                        },
                    };
                    var hiding = new[] { (reader, readerHides), (author, authorHides) };
                    var blocks = new[] { ((reader, author), readerBlocks), ((author, reader), authorBlocks) };
                    var privacy = ReceiptPrivacy.Of(
                        hiding.Where(each => each.Item2).Select(each => each.Item1),
                        blocks.Where(each => each.Item2).Select(each => each.Item1)
                    );

                    var told = AcceptedMarks.ToTell(member, author, privacy);

                    var isOpen = flags == 0 && !readerBlocks && !authorBlocks && delivered > 0;
                    var shownRead = readerHides || authorHides ? 0 : read;
                    Assert.Equal(isOpen ? new MarkChange(reader, delivered, shownRead) : null, told);
                }
            );

    private static List<Publication> Receipts(PeopleWorld world) =>
        [.. world.Published.Where(publication => !publication.Receipts.IsEmpty)];
}
