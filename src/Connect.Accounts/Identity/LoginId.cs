using System.Buffers.Binary;
using Connect.Contracts.Accounts;

namespace Connect.Accounts.Identity;

/// <summary>
/// The id of a login: the random name of its chain of refresh tokens. Access tokens carry it, so that they end with the
/// chain though nobody keeps a list of them.
/// </summary>
public static class LoginId
{
    public static UInt128 Of(RefreshChain? chain) => chain is null ? 0 : Of(chain.Chain.Span);

    public static UInt128 Of(ReadOnlySpan<byte> chain) =>
        chain.Length == RefreshToken.ChainBytes ? BinaryPrimitives.ReadUInt128BigEndian(chain) : 0;
}
