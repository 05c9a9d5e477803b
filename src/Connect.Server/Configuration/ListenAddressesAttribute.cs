using System.ComponentModel.DataAnnotations;

namespace Connect.Server.Configuration;

/// <summary>The setting names addresses that the server can listen on.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ListenAddressesAttribute()
    : ValidationAttribute("https://ADDRESS:PORT, more of them separated by ';'; plain http is not served")
{
    public override bool IsValid(object? value) => value is string listen && ListenAddress.ParseAll(listen).Count > 0;
}
