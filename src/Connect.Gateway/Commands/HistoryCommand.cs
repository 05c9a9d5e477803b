using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>A page of the log of a conversation, by the read port: no grain is activated for a reader (D2).</summary>
internal static class HistoryCommand
{
    public static async Task ExecuteAsync(Session session, SessionRequest request, HistoryRequest history)
    {
        if (!ConversationId.TryParse(history.Conversation, out var conversation))
        {
            session.Fail(request, ErrorCode.NotFound, "conversation");
            return;
        }

        var given = (history.Before > 0 ? 1 : 0) + (history.After > 0 ? 1 : 0) + (history.Around > 0 ? 1 : 0);
        if (given > 1 || history.Limit > ProtocolLimits.PageItems)
        {
            session.Fail(request, ErrorCode.Invalid, given > 1 ? "before" : "limit");
            return;
        }

        var pageBytes = session.Services.Options.PageBytes;
        var limit = history.Limit == 0 ? ProtocolLimits.DefaultPageItems : (int)history.Limit;
        var query = new HistoryQuery((long)history.Before, (long)history.After, (long)history.Around, limit, pageBytes);
        var slice = await session.Services.Reader.ReadHistoryAsync(
            session.User,
            conversation,
            query,
            CancellationToken.None
        );
        if (slice.Access == ReadAccess.None)
        {
            session.Fail(request, ErrorCode.NotFound, "conversation");
            return;
        }

        // A former member sees the ranges they were in; where there is nothing of them, they learn why.
        if (slice.Access == ReadAccess.Former && slice.Entries.IsEmpty && slice.Skipped.IsEmpty)
        {
            session.Fail(request, ErrorCode.NotMember, "conversation");
            return;
        }

        session.Answer(request, new ServerFrame { History = MakePage(conversation, query, slice, pageBytes) });
    }

    private static HistoryPage MakePage(
        ConversationId conversation,
        HistoryQuery query,
        HistorySlice slice,
        int pageBytes
    )
    {
        var fitted = HistoryFit.Fit(slice, query, pageBytes);
        var page = new HistoryPage
        {
            Conversation = conversation.ToString(),
            HasMoreBefore = fitted.HasMoreBefore,
            HasMoreAfter = fitted.HasMoreAfter,
        };
        page.Entries.Add(fitted.Entries.Select(entry => entry.ToWire(conversation)));
        page.Skipped.Add(fitted.Skipped.Select(range => range.ToWire(conversation)));
        return page;
    }
}
