using System.Buffers;

namespace Connect.Tests.Protocol;

/// <summary>Bytes as a sequence of many segments.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int size)
    {
        var first = new Segments { Memory = bytes[..Math.Min(size, bytes.Length)] };
        var last = first;
        for (var start = size; start < bytes.Length; start += size)
        {
            var next = new Segments
            {
                Memory = bytes.Slice(start, Math.Min(size, bytes.Length - start)),
                RunningIndex = last.RunningIndex + last.Memory.Length,
            };
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
