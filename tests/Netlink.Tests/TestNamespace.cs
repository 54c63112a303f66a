using System.Diagnostics;
using System.Text.Json;

namespace MultiNet.Netlink.Tests;

/// <summary>A fresh network namespace bound in a temporary folder, a socket in it, and iproute2 and nft to check what the kernel has.</summary>
public sealed class TestNamespace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-netlink-");

    public TestNamespace()
    {
        Path = System.IO.Path.Combine(_folder.FullName, "ns");
        Namespace = NetworkNamespace.Create(Path);
        Socket = Namespace.OpenSocket();
    }

    public string Path { get; }

    public NetworkNamespace Namespace { get; }

    public RouteSocket Socket { get; }

    /// <summary>Runs a command inside; its output. Fails the test where the command fails.</summary>
    public string Exec(string command, string arguments, string? input = null)
    {
        var (code, output, error) = TryExec(command, arguments, input);
        Assert.True(code == 0, $"{command} {arguments}: exit code {code}: {error}{output}");
        return output;
    }

    public (int Code, string Output, string Error) TryExec(string command, string arguments, string? input = null)
    {
        using var process = Process.Start(new ProcessStartInfo("nsenter", $"--net={Path} {command} {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>What <c>ip -j -d ...</c> prints.</summary>
    public JsonElement Ip(string arguments) => Json("ip", "-j -d " + arguments);

    /// <summary>The one item of what <c>ip -j -d ...</c> prints.</summary>
    public JsonElement IpOne(string arguments)
    {
        var items = Ip(arguments).EnumerateArray().Where(item => item.EnumerateObject().Any()).ToList();
        return Assert.Single(items);
    }

    public JsonElement Json(string command, string arguments)
    {
        string output = Exec(command, arguments);
        return JsonDocument.Parse(output.Trim().Length == 0 ? "[]" : output).RootElement;
    }

    /// <summary>A veth pair a - b, both up, a with 10.1.0.1/24; returns the index of a.</summary>
    public int AddVeth(string a = "a", string b = "b")
    {
        Exec("ip", $"link add name {a} type veth peer name {b}");
        Exec("ip", $"link set dev {a} up");
        Exec("ip", $"link set dev {b} up");
        return Socket.LinkGet(a).Index;
    }

    public void Dispose()
    {
        Socket.Dispose();
        Namespace.Dispose();
        NetworkNamespace.Delete(Path);
        _folder.Delete(recursive: true);
    }
}
