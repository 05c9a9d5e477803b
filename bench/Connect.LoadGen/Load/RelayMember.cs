using Connect.LoadGen.Wire;

namespace Connect.LoadGen.Load;

/// <summary>A socket of the bare relay, which gives the frames of the others as they were sent.</summary>
internal sealed class RelayMember(LoadRoom room, LoadSocket socket, LoadMeter meter) : LoadMember(room, socket, meter)
{
    private const int SendField = 4;
    private const int TextField = 4;

    protected override void Take(ReadOnlySpan<byte> message)
    {
        var frames = new WireReader(message);
        while (frames.ReadDelimited())
        {
            var frame = new WireReader(frames.Bytes);
            while (frame.Read())
            {
                if (frame.Field == SendField)
                {
                    TakeSend(frame.Bytes);
                }
            }
        }
    }

    private void TakeSend(ReadOnlySpan<byte> send)
    {
        var fields = new WireReader(send);
        while (fields.Read())
        {
            if (fields.Field == TextField && MessageStamp.TryRead(fields.Bytes, out var stamp))
            {
                Log.TakeUnnumbered(stamp.Sender, stamp.Number);
                Delivered(stamp);
            }
        }
    }
}
