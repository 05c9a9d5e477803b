using System.Diagnostics;
using Connect.Contracts.Refusals;
using Connect.Conversations.History;
using Connect.Conversations.Lists;
using Connect.Doors.Wire;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>The commands whose answers are pages; the page lane of a session runs them one at a time.</summary>
internal sealed class PageCommands(
    SyncCommand sync,
    ConversationHistory history,
    ConversationList list,
    EntryReaders readers
)
{
    public Task ExecuteAsync(SessionCommands caller, SessionRequest request, ClientFrame frame) =>
        frame.BodyCase switch
        {
            ClientFrame.BodyOneofCase.Sync => sync.ExecuteAsync(caller, request, frame.Sync),
            ClientFrame.BodyOneofCase.Next => sync.NextAsync(caller, request),
            ClientFrame.BodyOneofCase.History => ReadHistoryAsync(caller.Session, request, frame.History),
            ClientFrame.BodyOneofCase.Readers => ReadReadersAsync(caller.Session, request, frame.Readers),
            ClientFrame.BodyOneofCase.Conversations => ListAsync(caller.Session, request, frame.Conversations),
            var other => throw new UnreachableException($"{other} is not answered with a page."),
        };

    private async Task ReadHistoryAsync(Session session, SessionRequest request, HistoryRequest asked)
    {
        var answer = await history.ReadAsync(
            session.User,
            new(asked.Conversation, asked.Before, asked.After, asked.Around, asked.Limit)
        );
        Answer(session, request, answer, static page => new ServerFrame { History = page.ToWire() });
    }

    private async Task ReadReadersAsync(Session session, SessionRequest request, ReadersRequest asked)
    {
        var answer = await readers.ReadAsync(session.User, asked.Conversation, asked.Seq);
        Answer(session, request, answer, static page => new ServerFrame { Readers = page.ToWire() });
    }

    private async Task ListAsync(Session session, SessionRequest request, ConversationsRequest asked)
    {
        var answer = await list.ReadAsync(
            session.User,
            new(asked.After, asked.Limit, asked.Filter.ToFilter(), asked.Ids)
        );
        Answer(session, request, answer, static page => new ServerFrame { Conversations = page.ToWire() });
    }

    private static void Answer<TPage>(
        Session session,
        SessionRequest request,
        Answer<TPage> answer,
        Func<TPage, ServerFrame> toWire
    )
        where TPage : class
    {
        if (answer.TryGet(out var page, out var refusal))
        {
            session.Answer(request, toWire(page));
        }
        else
        {
            session.Fail(request, refusal.Reason.ToErrorCode(), refusal.Field);
        }
    }
}
