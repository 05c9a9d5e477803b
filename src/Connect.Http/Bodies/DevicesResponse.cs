namespace Connect.Http.Bodies;

/// <summary>The caller's devices.</summary>
/// <param name="Devices">Those used last come first.</param>
internal sealed record DevicesResponse(IReadOnlyList<DeviceResponse> Devices);
