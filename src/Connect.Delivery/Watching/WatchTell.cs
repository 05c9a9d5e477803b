using Connect.Contracts.Identifiers;

namespace Connect.Delivery.Watching;

/// <summary>What a viewer is to be told of a user.</summary>
internal readonly record struct WatchTell<TViewer>(TViewer Viewer, UserId Target, bool IsOnline, long Since)
    where TViewer : class;
