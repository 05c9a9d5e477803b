namespace Connect.Http.Bodies;

/// <summary>A new account.</summary>
/// <param name="User">Its id.</param>
internal sealed record RegisterResponse(string User);
