namespace Connect.Protocol.Frames;

/// <summary>A reader and a writer of one encoding, both stateless: any number of threads may use them.</summary>
public sealed class FrameCodec
{
    /// <summary>The subprotocol of the protobuf encoding.</summary>
    public const string ProtobufSubprotocol = "connect.v1.pb";

    /// <summary>The subprotocol of the JSON encoding.</summary>
    public const string JsonSubprotocol = "connect.v1.json";

    private FrameCodec(FrameEncoding encoding, string subprotocol, FrameReader reader, FrameWriter writer)
    {
        Encoding = encoding;
        Subprotocol = subprotocol;
        Reader = reader;
        Writer = writer;
    }

    public static FrameCodec Protobuf { get; } =
        new(FrameEncoding.Protobuf, ProtobufSubprotocol, new ProtobufFrameReader(), new ProtobufFrameWriter());

    public static FrameCodec Json { get; } =
        new(FrameEncoding.Json, JsonSubprotocol, new JsonFrameReader(), new JsonFrameWriter());

    public FrameEncoding Encoding { get; }

    /// <summary>The name under which a client asks for this encoding (Sec-WebSocket-Protocol).</summary>
    public string Subprotocol { get; }

    /// <summary>Whether the WebSocket messages are text messages; else they are binary.</summary>
    public bool IsText => Encoding == FrameEncoding.Json;

    public FrameReader Reader { get; }

    public FrameWriter Writer { get; }

    /// <summary>The codec of an encoding.</summary>
    public static FrameCodec For(FrameEncoding encoding) => encoding == FrameEncoding.Json ? Json : Protobuf;

    /// <summary>The codec of a subprotocol, or null for one that is not spoken here.</summary>
    public static FrameCodec? ForSubprotocol(string? subprotocol) =>
        subprotocol switch
        {
            ProtobufSubprotocol => Protobuf,
            JsonSubprotocol => Json,
            _ => null,
        };
}

/// <summary>How frames are written inside WebSocket messages; chosen by the subprotocol.</summary>
public enum FrameEncoding
{
    /// <summary><c>connect.v1.pb</c>: binary messages of varint-delimited protobuf frames.</summary>
    Protobuf,

    /// <summary><c>connect.v1.json</c>: text messages with one JSON frame per line.</summary>
    Json,
}
