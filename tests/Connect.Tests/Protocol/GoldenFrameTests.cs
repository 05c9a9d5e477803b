using System.Collections;
using Connect.Protocol.Frames;
using Connect.Protocol.V1;
using Connect.Tests.Repository;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Xunit;

namespace Connect.Tests.Protocol;

/// <summary>
/// The golden frames of <c>proto/vectors</c>. With the environment variable CONNECT_WRITE_VECTORS=1 the tests write the
/// files that are missing (and only these: a golden frame never changes) instead of failing.
/// </summary>
public sealed class GoldenFrameTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "proto/vectors");

    private static readonly bool WriteMissing = Environment.GetEnvironmentVariable("CONNECT_WRITE_VECTORS") == "1";

    public static TheoryData<string> Client => [.. GoldenClientFrames.All().Select(each => each.Name)];

    public static TheoryData<string> Server => [.. GoldenServerFrames.All().Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Client))]
    public void A_golden_client_frame_is_read_and_written_byte_by_byte(string name)
    {
        var expected = GoldenClientFrames.All().Single(each => each.Name == name).Frame;
        foreach (var codec in new[] { FrameCodec.Json, FrameCodec.Protobuf })
        {
            var bytes = Load(name, codec, () => codec.Writer.Encode(expected));
            var frames = new List<ClientFrame>();
            Assert.Equal(default, codec.Reader.ReadClientFrames(new(bytes), FrameLimits.FromClient, frames));
            var frame = Assert.Single(frames);
            Assert.Equal(expected, frame);
            Assert.Equal(bytes, codec.Writer.Encode(frame).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Server))]
    public void A_golden_server_frame_is_read_and_written_byte_by_byte(string name)
    {
        var expected = GoldenServerFrames.All().Single(each => each.Name == name).Frame;
        foreach (var codec in new[] { FrameCodec.Json, FrameCodec.Protobuf })
        {
            var bytes = Load(name, codec, () => codec.Writer.Encode(expected));
            var frames = new List<ServerFrame>();
            Assert.Equal(default, codec.Reader.ReadServerFrames(new(bytes), FrameLimits.FromServer, frames));
            var frame = Assert.Single(frames);
            Assert.Equal(expected, frame);
            Assert.Equal(bytes, codec.Writer.Encode(frame).ToArray());
        }
    }

    [Fact]
    public void Every_file_is_a_golden_frame()
    {
        var names = GoldenClientFrames.All().Select(each => each.Name);
        names = names.Concat(GoldenServerFrames.All().Select(each => each.Name));
        var files = Directory
            .GetFiles(Folder)
            .Select(Path.GetFileName)
            .Where(file => file is not ("README.md" or ".gitattributes"));
        Assert.Equal(
            [],
            files.Except(names.SelectMany(name => new[] { name + ".json", name + ".bin" }), StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Every_field_and_every_enum_value_is_in_a_golden_frame()
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, frame) in GoldenClientFrames.All())
        {
            Collect(frame, used);
        }

        foreach (var (_, frame) in GoldenServerFrames.All())
        {
            Collect(frame, used);
        }

        FileDescriptor[] files = [ModelReflection.Descriptor, ClientReflection.Descriptor, ServerReflection.Descriptor];
        var fields = files.SelectMany(file => file.MessageTypes).SelectMany(type => type.Fields.InDeclarationOrder());
        var values = files.SelectMany(file => file.EnumTypes).SelectMany(type => type.Values);
        var known = fields.Select(field => field.FullName).Concat(values.Where(v => v.Number > 0).Select(v => v.Name));
        Assert.Equal([], known.Except(used, StringComparer.Ordinal));
    }

    private static void Collect(IMessage message, HashSet<string> used)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            var items =
                field.IsRepeated ? ((IList)value).Cast<object>().ToArray()
                : value is null ? []
                : [value];
            foreach (var item in items)
            {
                if (item is IMessage inner)
                {
                    used.Add(field.FullName);
                    Collect(inner, used);
                }
                else if (field.FieldType == FieldType.Enum)
                {
                    used.Add(field.FullName);
                    used.Add(field.EnumType.FindValueByNumber((int)item).Name);
                }
                else if (item is string { Length: > 0 } or true or > 0U or > 0UL)
                {
                    used.Add(field.FullName);
                }
            }
        }
    }

    private static byte[] Load(string name, FrameCodec codec, Func<ReadOnlyMemory<byte>> encode)
    {
        var path = Path.Combine(Folder, name + (codec.IsText ? ".json" : ".bin"));
        if (WriteMissing && !File.Exists(path))
        {
            File.WriteAllBytes(path, encode().ToArray());
        }

        return File.ReadAllBytes(path);
    }
}
