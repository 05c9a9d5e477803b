namespace Connect.Http.Bodies;

/// <summary>Asks for tokens.</summary>
/// <param name="Grant"><c>password</c> (with username and password) or <c>refresh</c> (with refresh_token).</param>
/// <param name="Username">Whose.</param>
/// <param name="Password">Their password.</param>
/// <param name="DeviceName">How the user knows this device.</param>
/// <param name="DeviceId">The device of an earlier login; a new one is made unless it is this user's.</param>
/// <param name="RefreshToken">The newest one of the device.</param>
internal sealed record TokenRequest(
    string Grant,
    string? Username = null,
    string? Password = null,
    string? DeviceName = null,
    string? DeviceId = null,
    string? RefreshToken = null
);
