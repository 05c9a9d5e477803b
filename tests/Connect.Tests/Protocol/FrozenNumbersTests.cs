using Connect.Protocol;
using Connect.Protocol.V1;
using Connect.Tests.Repository;
using Google.Protobuf.Reflection;
using Xunit;

namespace Connect.Tests.Protocol;

/// <summary>
/// Every number that peers of another version rely on is listed in <c>frozen-numbers.txt</c>. A line of that file is
/// never changed or removed; whoever adds to the schema adds lines.
/// </summary>
public sealed class FrozenNumbersTests
{
    [Fact]
    public void No_number_of_the_wire_ever_changes()
    {
        var frozen = Lines();
        var now = CurrentNumbers();
        Assert.Equal([], frozen.Except(now));
    }

    [Fact]
    public void Every_number_of_the_wire_is_frozen()
    {
        Assert.Equal([], CurrentNumbers().Except(Lines()));
    }

    [Fact]
    public void No_number_is_used_twice()
    {
        var numbers = Lines().Select(line => (Line: line, Place: Place(line)));
        Assert.Empty(numbers.GroupBy(each => each.Place).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.Equal(Lines().Length, Lines().Distinct().Count());
    }

    [Fact]
    public void Every_error_code_is_described_and_named_as_its_enum()
    {
        foreach (var code in Enum.GetValues<ErrorCode>().Where(code => code != ErrorCode.None))
        {
            var description = ErrorCodes.Describe(code);
            Assert.Equal(SnakeCase(code.ToString()), description.Name);
            Assert.EndsWith(".", description.Message, StringComparison.Ordinal);
            Assert.InRange(description.HttpStatus, 400, 599);
            Assert.Equal(description.Retryable, ErrorCodes.IsRetryable((uint)code));
        }

        Assert.Equal(ErrorCodes.All.Count, Enum.GetValues<ErrorCode>().Length - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => ErrorCodes.Describe(ErrorCode.None));
    }

    [Fact]
    public void Close_codes_say_by_their_range_whether_to_reconnect()
    {
        foreach (var code in Enum.GetValues<CloseCode>().Where(code => code != CloseCode.None))
        {
            Assert.Equal(SnakeCase(code.ToString()), code.Name());
            Assert.InRange((int)code, 4000, 4999);
            Assert.Equal((int)code < 4500, code.ShouldReconnect());
        }

        Assert.True(CloseCodes.ShouldReconnect(1006));
        Assert.True(CloseCodes.ShouldReconnect(4499));
        Assert.False(CloseCodes.ShouldReconnect(4999));
    }

    private static string[] Lines() =>
        [
            .. RepositoryFiles
                .Read("tests/Connect.Tests/Protocol/frozen-numbers.txt")
                .Split('\n')
                .Where(line => line.Length > 0 && !line.StartsWith('#')),
        ];

    private static IEnumerable<string> CurrentNumbers()
    {
        FileDescriptor[] files = [ModelReflection.Descriptor, ClientReflection.Descriptor, ServerReflection.Descriptor];
        foreach (var message in files.SelectMany(file => file.MessageTypes))
        {
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                yield return $"field {message.Name} {field.FieldNumber} {field.Name} {TypeOf(field)}";
            }
        }

        foreach (var type in files.SelectMany(file => file.EnumTypes))
        {
            foreach (var value in type.Values)
            {
                yield return $"enum {type.Name} {value.Number} {value.Name}";
            }
        }

        foreach (var error in ErrorCodes.All)
        {
            yield return $"error err {(int)error.Code} {error.Name} {(error.Retryable ? "retryable" : "final")}";
        }

        foreach (var code in Enum.GetValues<CloseCode>().Where(code => code != CloseCode.None))
        {
            yield return $"close websocket {(int)code} {code.Name()}";
        }
    }

    private static string TypeOf(FieldDescriptor field)
    {
        var type = field.FieldType switch
        {
            FieldType.Message => field.MessageType.Name,
            FieldType.Enum => field.EnumType.Name,
            var scalar => scalar.ToString().ToLowerInvariant(),
        };
        return field.IsRepeated ? "repeated " + type : type;
    }

    private static string Place(string line) => string.Join(' ', line.Split(' ').Take(3));

    private static string SnakeCase(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
