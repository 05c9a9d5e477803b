using Google.Protobuf.Reflection;
using Microsoft.OpenApi;

namespace Connect.Http.OpenApi;

/// <summary>
/// Derives JSON schemas of the frames from the wire's own schema, so that the two cannot diverge.
/// </summary>
internal static class FrameSchemas
{
    /// <summary>References a message's schema, adding it and its parts to the document where needed.</summary>
    public static IOpenApiSchema Refer(OpenApiDocument document, MessageDescriptor message)
    {
        document.Components ??= new();
        var schemas = document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        if (!schemas.ContainsKey(message.Name))
        {
            var schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>(),
            };
            schemas[message.Name] = schema;
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                schema.Properties[field.Name] = Describe(document, field);
            }
        }

        return new OpenApiSchemaReference(message.Name, document);
    }

    private static IOpenApiSchema Describe(OpenApiDocument document, FieldDescriptor field)
    {
        var one = field.FieldType switch
        {
            FieldType.Message => Refer(document, field.MessageType),
            FieldType.Enum => DescribeEnum(field.EnumType),
            FieldType.String => new OpenApiSchema { Type = JsonSchemaType.String },
            FieldType.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            FieldType.UInt32 => Number("int64"),
            FieldType.UInt64 => Number("int64"),
            _ => throw new NotSupportedException($"{field.FullName} has a type that no frame had before."),
        };
        return field.IsRepeated ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one;
    }

    private static OpenApiSchema Number(string format) =>
        new()
        {
            Type = JsonSchemaType.Integer,
            Format = format,
            Minimum = "0",
        };

    private static OpenApiSchema DescribeEnum(EnumDescriptor type)
    {
        var prefix = type.Values.Single(value => value.Number == 0).Name.Length - "UNSPECIFIED".Length;
        return new()
        {
            Type = JsonSchemaType.String,
            Enum =
            [
                .. type.Values.Select(value =>
                    System.Text.Json.Nodes.JsonValue.Create(value.Name[prefix..].ToLowerInvariant())
                ),
            ],
        };
    }
}
