using Connect.Cluster.Tests.Clients;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Xunit;

namespace Connect.Cluster.Tests.Receipts;

/// <summary>
/// Who wrote a message request learns nothing of marks while it is open, and all of them with its acceptance, at once
/// and without another mark.
/// </summary>
public sealed class RequestReceiptTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(FrameEncoding.Json, false, 1)]
    [InlineData(FrameEncoding.Protobuf, false, 1)]
    [InlineData(FrameEncoding.Protobuf, true, 0)]
    public async Task Marks_set_before_a_request_is_accepted_are_told_with_the_acceptance(
        FrameEncoding encoding,
        bool hidesReads,
        ulong read
    )
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        await using var server = await ServerProcess.StartAsync(deadline.Token);
        using var http = server.CreateClient();
        var ann = await TestUser.CreateAsync(http, "ann", deadline.Token);
        var bob = await TestUser.CreateAsync(http, "bob", deadline.Token);
        if (hidesReads)
        {
            await CallAsync(HttpMethod.Patch, "/v1/me/privacy", new { read_receipts = false });
        }

        await using var author = await WireSession.OpenAsync(server, ann, encoding, deadline.Token);
        await using var reader = await WireSession.OpenAsync(server, bob, encoding, deadline.Token);
        var conversation = "";
        for (var i = 0; i < 2; i++)
        {
            var cid = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
            var send = new Send
            {
                To = bob.Id,
                Cid = cid,
                Text = "who are you?",
            };
            conversation = (await author.AskAsync(new() { Send = send }, deadline.Token)).Sent.Conversation;
        }

        var mark = new Mark
        {
            Conversation = conversation,
            Delivered = 2,
            Read = 1,
        };
        var marked = await reader.AskAsync(new() { Mark = new() { Marks = { mark } } }, deadline.Token);
        Assert.True(marked.Ok is not null, marked.ToString());
        // What had been pushed before this answer would be here by now.
        await author.AskAsync(new() { Conversations = new() }, deadline.Token);
        Assert.Empty(OfBob());

        await CallAsync(HttpMethod.Patch, $"/v1/conversations/{conversation}", new { request = "accept" });

        await author.UntilAsync(() => OfBob().Count > 0, () => "the marks of the one who accepted", deadline.Token);
        var told = OfBob()[0];
        Assert.Equal((conversation, 2UL, read), (told.Conversation, told.Delivered, told.Read));

        List<Receipt> OfBob() => [.. author.Receipts.Where(receipt => receipt.User == bob.Id)];

        async Task CallAsync(HttpMethod method, string path, object body)
        {
            using var answer = await http.SendAsync(bob.Request(method, path, body), deadline.Token);
            Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode}");
        }
    }
}
