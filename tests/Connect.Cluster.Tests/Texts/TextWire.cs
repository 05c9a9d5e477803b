using System.Text;
using Connect.Protocol.V1;
using Google.Protobuf;

namespace Connect.Cluster.Tests.Texts;

/// <summary>A send by hand, whatever its text is made of.</summary>
internal static class TextWire
{
    /// <summary>In protobuf: a string is its bytes.</summary>
    public static byte[] Protobuf(ulong id, string to, string cid, TextCase text)
    {
        using var send = new MemoryStream();
        using (var output = new CodedOutputStream(send, leaveOpen: true))
        {
            output.WriteTag(Send.ToFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteString(to);
            output.WriteTag(Send.CidFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteString(cid);
            output.WriteTag(Send.TextFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(text.Bytes));
        }

        using var frame = new MemoryStream();
        using (var output = new CodedOutputStream(frame, leaveOpen: true))
        {
            output.WriteTag(ClientFrame.IdFieldNumber, WireFormat.WireType.Varint);
            output.WriteUInt64(id);
            output.WriteTag(ClientFrame.SendFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(send.ToArray()));
        }

        using var message = new MemoryStream();
        using (var output = new CodedOutputStream(message, leaveOpen: true))
        {
            output.WriteBytes(ByteString.CopyFrom(frame.ToArray()));
        }

        return message.ToArray();
    }

    /// <summary>In JSON: the bytes themselves with no more escapes than must be, or all escaped.</summary>
    public static byte[] Json(ulong id, string to, string cid, TextCase text, bool escaped) =>
        [
            .. Encoding.UTF8.GetBytes($$"""{"id":{{id}},"send":{"to":"{{to}}","cid":"{{cid}}","text":"""),
            .. JsonString(text, escaped),
            .. "}}"u8,
        ];

    /// <summary>As a value of JSON.</summary>
    public static byte[] JsonString(TextCase text, bool escaped)
    {
        var json = new List<byte> { (byte)'"' };
        if (escaped)
        {
            json.AddRange(Encoding.ASCII.GetBytes(text.Escaped!));
        }
        else
        {
            foreach (var each in text.Bytes)
            {
                json.AddRange(
                    each switch
                    {
                        (byte)'"' or (byte)'\\' => [(byte)'\\', each],
                        < 0x20 => Encoding.ASCII.GetBytes($"\\u{each:x4}"),
                        _ => [each],
                    }
                );
            }
        }

        json.Add((byte)'"');
        return [.. json];
    }
}
