using System.Diagnostics;

namespace Connect.Contracts;

/// <summary>
/// Places at which a test may kill the process. The calls are compiled out of every build but the one for fault tests
/// (<c>-p:FaultPoints=true</c>). There <c>CONNECT_FAULT=name:n</c> kills the process with SIGKILL when the place is
/// reached the n-th time, after writing the name to the file <c>CONNECT_FAULT_FILE</c> so that a test knows it
/// happened.
/// </summary>
public static class FaultPoints
{
    /// <summary>The entry is committed; nobody was told.</summary>
    public const string AfterCommitBeforeAck = "after-commit-before-ack";

    /// <summary>The sender was acknowledged; nothing was fanned out.</summary>
    public const string AfterAckBeforeFanOut = "after-ack-before-fan-out";

    /// <summary>The index rows are durable; the entry is not committed.</summary>
    public const string AfterIndexBeforeEntry = "after-index-before-entry";

    /// <summary>The deletion of an account is begun durably; nobody was told.</summary>
    public const string DeletionBegun = "deletion-begun";

    /// <summary>A deleted user has left a conversation; its index row is still there.</summary>
    public const string DeletionLeftConversation = "deletion-left-conversation";

    /// <summary>A device of a deleted user is gone.</summary>
    public const string DeletionDeviceDeleted = "deletion-device-deleted";

    /// <summary>The account's row is gone and its username free; the user's key is still there.</summary>
    public const string DeletionAccountDeleted = "deletion-account-deleted";

    /// <summary>The user's key is gone; the job does not know yet that it is done.</summary>
    public const string DeletionKeyDestroyed = "deletion-key-destroyed";

    private static readonly string? Poison = Environment.GetEnvironmentVariable("CONNECT_FAULT_TEXT");

    private static readonly string? Armed = Environment.GetEnvironmentVariable("CONNECT_FAULT")?.Split(':')[0];
    private static int _left = int.Parse(
        Environment.GetEnvironmentVariable("CONNECT_FAULT")?.Split(':') is [_, var n] ? n : "1",
        System.Globalization.CultureInfo.InvariantCulture
    );

    /// <summary>True when this process was told to die at <paramref name="name"/>; lets an order that is free in
    /// production (ack and fan-out run side by side) be held apart for a test. Always false in a normal
    /// build.</summary>
    public static bool IsArmed(string name) =>
#if CONNECT_FAULTS
        name == Armed;
#else
        false;
#endif

    /// <summary>Throws at the text <c>CONNECT_FAULT_TEXT</c>: a mistake that one message sets off.</summary>
    [Conditional("CONNECT_FAULTS")]
    public static void Read(ReadOnlySpan<byte> text)
    {
        if (Poison is not null && System.Text.Encoding.UTF8.GetString(text) == Poison)
        {
            throw new InvalidOperationException("The text that breaks the writer.");
        }
    }

    [Conditional("CONNECT_FAULTS")]
    public static void Hit(string name)
    {
        if (name != Armed || Interlocked.Decrement(ref _left) != 0)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("CONNECT_FAULT_FILE") is { } file)
        {
            File.WriteAllText(file, name);
        }

        Process.GetCurrentProcess().Kill();
    }
}
