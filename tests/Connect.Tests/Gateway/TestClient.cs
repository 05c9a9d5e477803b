using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Tests.Gateway;

/// <summary>A session and the client at the other end of it.</summary>
internal sealed class TestClient(Session session, TestLink link)
{
    private ulong _lastId;

    public Session Session { get; } = session;

    public TestLink Link { get; } = link;

    public IReadOnlyList<ServerFrame> Frames => Link.Frames;

    public ulong NextId() => ++_lastId;

    /// <summary>Hands frames to the session as one message.</summary>
    public ValueTask ReceiveAsync(params ClientFrame[] frames)
    {
        Link.Activity.Received(messageIsOpen: false);
        return Session.ReceiveAsync(frames);
    }

    public async Task<ServerFrame> AskAsync(ClientFrame frame)
    {
        frame.Id = NextId();
        await ReceiveAsync(frame);
        return await AnswerAsync(frame.Id);
    }

    public ValueTask AskWithoutAnswerAsync(ClientFrame frame)
    {
        frame.Id = NextId();
        return ReceiveAsync(frame);
    }

    public Task<ServerFrame> AnswerAsync(ulong id) =>
        Eventually.GetAsync(() => Frames.FirstOrDefault(each => each.Id == id), $"the answer to request {id}");

    public Task<ServerFrame> PushAsync(ServerFrame.BodyOneofCase kind) =>
        Eventually.GetAsync(() => Frames.FirstOrDefault(each => each.BodyCase == kind), $"a push of {kind}");

    public Task ClosedWithAsync(int code) =>
        Eventually.TrueAsync(() => Link.ClosedWith == code, $"close {code}, got {Link.ClosedWith}");

    /// <summary>Sends and returns the request's id at once.</summary>
    public async Task<ulong> SendAsync(string text, UserId to, Cid cid = default)
    {
        var frame = new ClientFrame { Id = NextId(), Send = MakeSend(text, to, cid) };
        await ReceiveAsync(frame);
        return frame.Id;
    }

    public static Send MakeSend(string text, UserId to, Cid cid = default) =>
        new()
        {
            To = to.ToString(),
            Text = text,
            Cid = (cid.IsNone ? NewCid() : cid).ToString(),
        };

    public static Cid NewCid() => new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddDays(20_000)));

    /// <summary>Syncs until the session is live; returns all pages.</summary>
    public async Task<List<SyncPage>> SyncAsync(SyncMode mode = SyncMode.All, params Position[] positions)
    {
        var sync = new Sync { Mode = mode };
        sync.Positions.Add(positions);
        var pages = new List<SyncPage>();
        var answer = await AskAsync(new() { Sync = sync });
        while (true)
        {
            if (answer.SyncPage is null)
            {
                throw new InvalidOperationException($"Expected a page: {answer}");
            }

            pages.Add(answer.SyncPage);
            if (answer.SyncPage.Synced)
            {
                return pages;
            }

            answer = await AskAsync(new() { Next = new() });
        }
    }
}
