using System.Diagnostics;

namespace MultiNet.Cni.Tests.Exec;

public sealed class PluginProcessTests
{
    [Fact]
    public void End_KillsTheProcessWithWhatItStarted()
    {
        using var started = Start("sleep 1000 & echo $!; wait");
        int child = int.Parse(started.StandardOutput.ReadLine()!);
        var process = PluginProcess.Find(started.Id)!.Value;
        Assert.True(process.IsThere);
        Assert.True(process.End(TimeSpan.FromSeconds(10)));
        started.WaitForExit();
        Assert.False(process.IsThere);
        Assert.False(IsAtWork(child));
    }

    [Fact]
    public void End_LeavesAnotherProcessOfTheSameIdAlone()
    {
        using var started = Start("echo; read line");
        started.StandardOutput.ReadLine();
        var earlier = PluginProcess.Find(started.Id)!.Value;
        earlier = earlier with { StartTime = earlier.StartTime - 1 };
        Assert.False(earlier.IsThere);
        Assert.True(earlier.End(TimeSpan.FromSeconds(10)));
        started.StandardInput.Close();
        started.WaitForExit();
        Assert.Equal(1, started.ExitCode);
    }

    [Fact]
    public void Find_OfNoProcess_IsNull() => Assert.Null(PluginProcess.Find(int.MaxValue));

    private static bool IsAtWork(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // reaped
        }
    }

    // In a process group of its own, as plugins are.
    private static Process Start(string script) => Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
