using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Connect.Doors.Proxy;

/// <summary>Each element of the list is a network, such as <c>10.0.0.0/8</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NetworksAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is IEnumerable<string> networks && networks.All(each => IPNetwork.TryParse(each, out _));

    public override string FormatErrorMessage(string name) => "networks such as 10.0.0.0/8";
}
