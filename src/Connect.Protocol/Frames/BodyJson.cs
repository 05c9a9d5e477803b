using System.Text.Json.Serialization.Metadata;
using Connect.Protocol.V1;

namespace Connect.Protocol.Frames;

/// <summary>The JSON contract of those bodies of frames that are also answers over HTTP: the very same form.</summary>
public static class BodyJson
{
    public static JsonTypeInfo<ConversationsPage> ConversationsPage { get; } = FrameJson.For<ConversationsPage>();

    public static JsonTypeInfo<ConversationSummary> ConversationSummary { get; } = FrameJson.For<ConversationSummary>();

    public static JsonTypeInfo<HistoryPage> HistoryPage { get; } = FrameJson.For<HistoryPage>();

    public static JsonTypeInfo<Readers> Readers { get; } = FrameJson.For<Readers>();

    public static JsonTypeInfo<Entry> Entry { get; } = FrameJson.For<Entry>();

    public static JsonTypeInfo<Sent> Sent { get; } = FrameJson.For<Sent>();
}
