using System.Diagnostics;
using Connect.Cluster.Tests.Processes;
using Xunit;

namespace Connect.Cluster.Tests.StoreFaults;

/// <summary>A small file system of its own for the data of a server, to be filled, cut off or made read-only.</summary>
internal sealed class StoreMount : IAsyncDisposable
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(30);

    private readonly string _root = Directory.CreateTempSubdirectory("connect-mount-").FullName;
    private readonly string? _image;
    private bool _mounted;

    private StoreMount(bool onLoop)
    {
        Folder = Path.Combine(_root, "mount");
        _image = onLoop ? Path.Combine(_root, "image") : null;
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Settings that put the data there, and keys and certificate where nothing happens to them.</summary>
    public string[] Settings =>
        [
            $"--Data={Folder}/data",
            $"--Keys:File={_root}/connect.keys",
            "--Tls:DevelopmentFolder=data.tls",
            "--Store:ReserveBytes=0",
        ];

    /// <summary>A tmpfs of this size; the test is skipped where none can be mounted.</summary>
    public static Task<StoreMount> InMemoryAsync(int megabytes) =>
        CreateAsync(false, ["mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", "FOLDER"]);

    /// <summary>An ext4 on a file; the test is skipped where none can be mounted.</summary>
    public static Task<StoreMount> OnLoopAsync() =>
        CreateAsync(
            true,
            ["truncate", "-s", "256M", "IMAGE"],
            ["mkfs.ext4", "-q", "IMAGE"],
            ["mount", "-o", "loop,errors=remount-ro", "IMAGE", "FOLDER"]
        );

    /// <summary>Runs a command, in which FOLDER and IMAGE stand for those of this mount.</summary>
    public async Task RunAsync(params string[] command)
    {
        var (code, said) = await TryRunAsync(command);
        Assert.True(code == 0, $"{string.Join(' ', command)}: {said}");
    }

    /// <summary>Whether anything can be written to it.</summary>
    public bool TakesWrites()
    {
        var probe = Path.Combine(Folder, "probe");
        try
        {
            File.WriteAllBytes(probe, new byte[8_192]);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            if (File.Exists(probe))
            {
                DeleteQuietly(probe);
            }
        }
    }

    /// <summary>
    /// Unmounts and mounts it again, as after a start of the machine: what the kernel had not written is gone.
    /// </summary>
    public async Task MountAgainAsync()
    {
        await RunAsync("umount", "FOLDER");
        _mounted = false;
        await RunAsync("mount", "-o", "loop,errors=remount-ro", "IMAGE", "FOLDER");
        _mounted = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            await TryRunAsync(["umount", "FOLDER"]);
        }

        Directory.Delete(_root, recursive: true);
    }

    private static async Task<StoreMount> CreateAsync(bool onLoop, params string[][] commands)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "NOT TESTED: only Linux mounts file systems for this test.");
        var mount = new StoreMount(onLoop);
        foreach (var command in commands)
        {
            var (code, said) = await mount.TryRunAsync(command);
            if (code != 0)
            {
                await mount.DisposeAsync();
                Assert.Skip($"NOT TESTED: this machine lets us not run {string.Join(' ', command)}: {said}");
            }
        }

        mount._mounted = true;
        return mount;
    }

    private static void DeleteQuietly(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (IOException)
        {
            // Of a file system that takes no changes at all.
        }
    }

    private async Task<(int Code, string Said)> TryRunAsync(string[] command)
    {
        var words = command
            .Select(word =>
                word == "FOLDER" ? Folder
                : word == "IMAGE" ? _image!
                : word
            )
            .ToList();
        var start = new ProcessStartInfo(words[0]);
        words.Skip(1).ToList().ForEach(start.ArgumentList.Add);
        try
        {
            return await ProgramRun.RunAsync(start, "", CommandLimit);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
