using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Gateway.Sessions;
using Connect.Protocol;
using Connect.Protocol.V1;
using Microsoft.Extensions.Options;

namespace Connect.Gateway.Commands;

/// <summary>
/// Pages of the log of a conversation, for sessions and HTTP. By the read port: no grain is activated for a reader
/// (D2).
/// </summary>
internal sealed class ConversationHistory(IConversationReader reader, IOptions<GatewayOptions> options)
{
    public async Task<Answer<HistoryPage>> ReadAsync(UserId user, HistoryRequest history)
    {
        if (!ConversationId.TryParse(history.Conversation, out var conversation))
        {
            return new Refusal(ErrorCode.NotFound, Field: "conversation");
        }

        var given = (history.Before > 0 ? 1 : 0) + (history.After > 0 ? 1 : 0) + (history.Around > 0 ? 1 : 0);
        if (given > 1 || history.Limit > ProtocolLimits.PageItems)
        {
            return new Refusal(ErrorCode.Invalid, Field: given > 1 ? "before" : "limit");
        }

        var pageBytes = options.Value.PageBytes;
        var limit = history.Limit == 0 ? ProtocolLimits.DefaultPageItems : (int)history.Limit;
        var query = new HistoryQuery((long)history.Before, (long)history.After, (long)history.Around, limit, pageBytes);
        var slice = await reader.ReadHistoryAsync(user, conversation, query, CancellationToken.None);
        if (slice.Access == ReadAccess.None)
        {
            return new Refusal(ErrorCode.NotFound, Field: "conversation");
        }

        // A former member sees the ranges they were in; where there is nothing of them, they learn why.
        if (slice.Access == ReadAccess.Former && slice.Entries.IsEmpty && slice.Skipped.IsEmpty)
        {
            return new Refusal(ErrorCode.NotMember, Field: "conversation");
        }

        return MakePage(conversation, query, slice, pageBytes);
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
