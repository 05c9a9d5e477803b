using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Watching;

/// <summary>A question to the store: may this viewer see that user?</summary>
/// <param name="Viewer">Who watches.</param>
/// <param name="User">The user that the viewer is.</param>
/// <param name="Target">Whom.</param>
/// <param name="Doubt">Which time it is asked: an answer to an earlier time counts no more.</param>
internal readonly record struct WatchCheck<TViewer>(TViewer Viewer, UserId User, UserId Target, long Doubt)
    where TViewer : class;
