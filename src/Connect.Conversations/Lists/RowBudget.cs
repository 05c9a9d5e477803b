using Connect.Contracts.Storage;

namespace Connect.Conversations.Lists;

/// <summary>
/// The rows that a page of the list may read: so many for each conversation it shows, and so many besides. What it
/// meets and does not show (hidden ones, declined ones, those that the filter leaves out) costs as well, so a page that
/// meets much of that ends, perhaps without an item, and the next one goes on.
/// </summary>
internal sealed class RowBudget
{
    /// <summary>Rows for each conversation that the page shows.</summary>
    public const int PerItem = 6;

    /// <summary>Rows besides.</summary>
    public const int Besides = 550;

    /// <summary>Rows of a view: head, members, what it was created as, newest entry.</summary>
    public const int ViewRows = 4;

    /// <summary>
    /// Rows of nearly every view at most: one more looks for what has ended undelivered, and some count what is unread
    /// where old entries were deleted.
    /// </summary>
    public const int MostViewRows = 8;

    /// <summary>Rows that count what ended, where anything did.</summary>
    private const int EndedRows = 10;

    /// <summary>Rows that find a conversation: its place in the list, the user's own row of it, its head.</summary>
    public const int PlaceRows = 3;

    private int _left;

    /// <param name="named">Conversations that were asked for by id: none of them is left out.</param>
    public RowBudget(int named = 0) => _left = Besides + (PerItem * named);

    /// <summary>Rows were read.</summary>
    public void Spend(int rows) => _left -= rows;

    /// <summary>Views were read.</summary>
    /// <param name="asked">The conversations that were asked for.</param>
    /// <param name="views">What the store said.</param>
    public void Spend(int asked, IEnumerable<ConversationView> views) =>
        Spend(
            (asked * ViewRows)
                + views.Sum(view =>
                    (view.Marks.Delivered < view.Head ? 1 : 0)
                    + (view.UnreadLeft is null ? 0 : MostViewRows - ViewRows - 1)
                    + (view.EndedUnread == 0 ? 0 : EndedRows)
                )
        );

    /// <summary>A conversation is shown.</summary>
    public void Show() => _left += PerItem;

    /// <summary>How many conversations there is room to look at, should none of them be shown.</summary>
    /// <param name="rowsEach">What each takes.</param>
    /// <param name="wanted">The most that are wanted.</param>
    public int Room(int rowsEach, int wanted) => Math.Clamp(_left / rowsEach, 0, Math.Max(0, wanted));
}
