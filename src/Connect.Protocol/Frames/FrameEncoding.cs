namespace Connect.Protocol.Frames;

/// <summary>How frames are written inside WebSocket messages; chosen by the subprotocol.</summary>
public enum FrameEncoding
{
    /// <summary><c>connect.v1.pb</c>: binary messages of varint-delimited protobuf frames.</summary>
    Protobuf,

    /// <summary><c>connect.v1.json</c>: text messages with one JSON frame per line.</summary>
    Json,
}
