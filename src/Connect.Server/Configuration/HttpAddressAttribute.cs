using System.ComponentModel.DataAnnotations;

namespace Connect.Server.Configuration;

/// <summary>The setting is an address of the web, or nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HttpAddressAttribute() : ValidationAttribute("http:// or https:// and a host")
{
    public override bool IsValid(object? value) =>
        value is null
        || (
            value is string text
            && Uri.TryCreate(text, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
        );
}
