namespace Connect.Conversations.State;

/// <summary>How far a member's marks are to rise in one turn.</summary>
/// <param name="Delivered">0 = not asked.</param>
/// <param name="Read">By a mark or by a send's <c>seen</c>; 0 = not asked.</param>
internal readonly record struct MarkTarget(long Delivered, long Read)
{
    /// <summary>Both of two wishes; marks only rise (D6).</summary>
    public MarkTarget Merge(long delivered, long read) => new(Math.Max(Delivered, delivered), Math.Max(Read, read));
}
