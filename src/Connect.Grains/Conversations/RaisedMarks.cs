using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;

namespace Connect.Grains.Conversations;

/// <summary>A member's marks before and after they rose.</summary>
internal readonly record struct RaisedMarks(UserId User, MemberMarks Before, MemberMarks After);
