using System.Collections.Immutable;

namespace Connect.Contracts.Conversations;

/// <summary>One result per item of the request, in its order.</summary>
[GenerateSerializer, Immutable, Alias("AppendReply")]
public sealed record AppendReply([property: Id(0)] ImmutableArray<AppendResult> Results);
