using System.ComponentModel.DataAnnotations;

namespace Connect.Server.Configuration;

/// <summary>The setting names a file that is there, or nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ExistingFileAttribute() : ValidationAttribute("a file that is there")
{
    public override bool IsValid(object? value) => value is null || (value is string path && File.Exists(path));
}
