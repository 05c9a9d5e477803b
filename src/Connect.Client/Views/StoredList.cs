using Connect.Client.Stores;
using Connect.Protocol.V1;

namespace Connect.Client.Views;

/// <summary>The conversations as far as a store knows them.</summary>
internal static class StoredList
{
    /// <summary>Above the cap of unread messages more need not be counted.</summary>
    private const int UnreadLimit = 200;

    public static async Task<List<ConversationInfo>> ReadAsync(IConnectStore store, CancellationToken cancellationToken)
    {
        var stored = await store.LoadAsync(cancellationToken).ConfigureAwait(false);
        var directs = stored.Directs.ToLookup(direct => direct.Conversation);
        var marks = stored.Marks.ToDictionary(mark => mark.Conversation);
        var list = new List<ConversationInfo>();
        foreach (var place in stored.Positions.Where(place => place.Held > 0))
        {
            var mark = marks.GetValueOrDefault(place.Conversation);
            var after = Math.Max(0, Math.Max(mark?.Read ?? 0, place.Held - UnreadLimit) - 1);
            var items = await store
                .ReadAsync(place.Conversation, after, UnreadLimit + 1, cancellationToken)
                .ConfigureAwait(false);
            var direct = directs[place.Conversation].FirstOrDefault();
            list.Add(
                new(
                    place.Conversation,
                    direct is null ? ConversationKind.Group : ConversationKind.Direct,
                    direct?.Username ?? "",
                    direct?.User ?? "",
                    direct is null ? 0 : 2,
                    Role.Unspecified,
                    place.Held,
                    items.LastOrDefault(item => item.Entry is not null)?.Entry,
                    mark?.Delivered ?? 0,
                    mark?.Read ?? 0,
                    Unread(items, mark?.Read ?? 0, stored.Account.User),
                    false,
                    []
                )
            );
        }

        return list;
    }

    private static int Unread(IReadOnlyList<LogItem> items, long read, string me) =>
        Math.Min(
            ProtocolLimits.UnreadCap,
            items.Count(item => item.Entry is { IsMessage: true } entry && entry.Seq > read && entry.From != me)
        );
}
