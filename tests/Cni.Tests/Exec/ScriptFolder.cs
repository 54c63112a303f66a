namespace MultiNet.Cni.Tests.Exec;

/// <summary>A folder of plugins that are shell scripts; deleted at the end.</summary>
internal sealed class ScriptFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("multinet-cni-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    internal string Add(string name, string script)
    {
        string file = this[name];
        // Through a shell: a file that this process had open for writing could be inherited by another test's plugin in the moment
        // between its fork and exec, and then "text file busy" would be real.
        File.WriteAllText(file + ".text", "#!/bin/sh\n" + script + "\n");
        using var copy = System.Diagnostics.Process.Start("/bin/sh", ["-c", "cp \"$1\" \"$2\" && chmod 755 \"$2\"", "sh", file + ".text", file]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
        return file;
    }

    internal CniCall Call(CniVerb verb = CniVerb.Add, string config = """{"cniVersion":"1.0.0","name":"net","type":"x"}""", Deadline deadline = default) => new()
    {
        Verb = verb, ContainerId = "c1", NetNs = "/no/such/netns", IfName = "eth0", Args = "A=b", Path = [Path], Config = Json.Bytes(config), Deadline = deadline,
    };

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
