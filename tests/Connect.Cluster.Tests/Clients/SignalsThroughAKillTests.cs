using Connect.Client;
using Connect.Cluster.Tests.Processes;
using Xunit;
using static Connect.Cluster.Tests.Clients.Snapshots;

namespace Connect.Cluster.Tests.Clients;

/// <summary>
/// Typing, receipts, presence and views of SDK clients against a real server, which is killed between.
/// </summary>
public sealed class SignalsThroughAKillTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task What_is_seen_of_each_other_comes_back_after_a_kill()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        var cancellation = deadline.Token;
        await using var server = await ServerProcess.StartAsync(cancellation);
        await using var ann = await Friend.JoinAsync(server, "ann", cancellation);
        await using var bob = await Friend.JoinAsync(server, "bob", cancellation);
        await ann.Client.RequestContactAsync(bob.Id, cancellation);
        Assert.Equal(
            [(ann.Id, "ann", ContactState.Asked)],
            (await bob.Client.ContactsAsync(cancellation)).Select(each => (each.User, each.Username, each.State))
        );
        await bob.Client.AcceptContactAsync(ann.Id, cancellation);

        var hers = await ann.Client.OpenDirectAsync("bob", cancellation);
        var his = await bob.Client.OpenDirectAsync("ann", cancellation);
        await using var list = await ann.Client.OpenListAsync(cancellation);
        await using var room = await hers.OpenViewAsync(cancellation);
        Assert.Empty(room.Current.Items);
        for (var life = 1; life <= 2; life++)
        {
            var sent = await hers.SendAsync($"words of life {life}", cancellation);
            await bob.UntilAsync(value => value is MessageReceived message && message.Seq == sent.Seq, cancellation);
            await his.MarkReadAsync(sent.Seq, cancellation);
            await ann.UntilAsync(
                value => value is ReceiptChanged receipt && receipt.User == bob.Id && receipt.Read == sent.Seq,
                cancellation
            );
            await ShowsAsync(room, content => content.Others.Any(each => each.Read == sent.Seq), cancellation);
            Assert.Equal(life, room.Current.Items.Count);
            Assert.Contains(
                await hers.ReadersAsync(sent.Seq, cancellation),
                reader => reader.User == bob.Id && reader.Read == sent.Seq
            );

            await his.TypingAsync(cancellation);
            await ShowsAsync(room, content => content.Typing.SequenceEqual([bob.Id]), cancellation);
            await his.StopTypingAsync(cancellation);
            await ShowsAsync(room, content => content.Typing.Count == 0, cancellation);

            await ShowsAsync(list, content => content.Items is [{ Presence.IsOnline: true }], cancellation);
            await bob.Client.DisconnectAsync(cancellation);
            await ShowsAsync(list, content => content.Items is [{ Presence.IsOnline: false }], cancellation);
            await bob.Client.ConnectAsync(cancellation);
            await ShowsAsync(list, content => content.Items is [{ Presence.IsOnline: true }], cancellation);
            if (life == 1)
            {
                await server.KillAsync(cancellation);
                await ann.UntilAsync(() => ann.Client.State == ConnectionState.Connecting, cancellation);
                await server.RestartAsync(cancellation);
                await ann.UntilAsync(() => ann.Client.State == ConnectionState.Live, cancellation);
                await bob.UntilAsync(() => bob.Client.State == ConnectionState.Live, cancellation);
            }
        }

        await ann.Client.BlockAsync(bob.Id, cancellation);
        Assert.Equal([bob.Id], (await ann.Client.BlocksAsync(cancellation)).Select(each => each.User));
        var refused = await Assert.ThrowsAsync<ConnectException>(() => his.SendAsync("heard?", cancellation));
        Assert.Equal(Protocol.ErrorCode.Forbidden, refused.Code);
        Assert.Equal(
            new UserPrivacy(Presence: false, ReadReceipts: true),
            await ann.Client.SetPrivacyAsync(presence: false, cancellationToken: cancellation)
        );
    }

    [Fact]
    public async Task A_request_is_one_in_the_list_until_it_is_accepted()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        var cancellation = deadline.Token;
        await using var server = await ServerProcess.StartAsync(cancellation);
        await using var ann = await Friend.JoinAsync(server, "ann", cancellation);
        await using var eve = await Friend.JoinAsync(server, "eve", cancellation);
        await using var list = await ann.Client.OpenListAsync(cancellation);
        var from = await eve.Client.OpenDirectAsync("ann", cancellation);
        var sent = await from.SendAsync("do you know me?", cancellation);
        await ShowsAsync(list, content => content.Items is [{ Info: { Request: true, Unread: 1 } }], cancellation);
        var here = ann.Client.Conversation(sent.Conversation);
        await here.AcceptRequestAsync(cancellation);
        await here.MarkReadAsync(sent.Seq, cancellation);
        await eve.UntilAsync(
            value => value is ReceiptChanged { Read: 1 } receipt && receipt.User == ann.Id,
            cancellation
        );
        Assert.False((await ann.Client.GetConversationAsync(sent.Conversation, cancellation))!.Request);
        await ShowsAsync(list, content => content.Items is [{ Info.Unread: 0 }], cancellation);
    }
}
