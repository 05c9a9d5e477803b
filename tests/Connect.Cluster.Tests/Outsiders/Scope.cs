namespace Connect.Cluster.Tests.Outsiders;

/// <summary>What a frame or a route is about, which decides how it is tried.</summary>
internal enum Scope
{
    /// <summary>Names a conversation: what is not yours must look like what is not there.</summary>
    Conversation,

    /// <summary>Names another user: who blocks must look like who is not there.</summary>
    User,

    /// <summary>Own data only: its answer holds nothing of the conversations of others.</summary>
    Own,

    /// <summary>The way in: needs no token and reads nothing.</summary>
    Door,
}
