using System.Text;
using MultiNet.Cni;
using MultiNet.Daemon.HostProcesses;

namespace MultiNet.Daemon.Tests.HostProcesses;

public sealed class HostProcessTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Program_GetsItsArgumentsAsTheyAre_AndItsOutputComesBack()
    {
        var outcome = await new HostProcess("/proc/self").RunAsync("/bin/sh", ["-c", "cat; printf '%s|' \"$@\"; echo trouble >&2; exit 3", "sh", "a b", "$(c)"], s_patience, "in "u8.ToArray());

        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal("in a b|$(c)|", Encoding.UTF8.GetString(outcome.Output.Span));
        Assert.Contains("trouble", Encoding.UTF8.GetString(outcome.Errors.Span));
    }

    [Fact]
    public async Task Program_RunsInTheNamespacesOfTheHost()
    {
        // A process with mounts and a network of its own plays the host.
        var start = new System.Diagnostics.ProcessStartInfo("unshare", ["--mount", "--net", "--propagation", "private", "sh", "-c", "mount -t tmpfs none /mnt && echo host > /mnt/who && echo ready && cat"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var host = System.Diagnostics.Process.Start(start)!;
        try
        {
            Assert.Equal("ready", await host.StandardOutput.ReadLineAsync());
            string before = new FileInfo("/proc/self/ns/mnt").LinkTarget!;

            var outcome = await new HostProcess($"/proc/{host.Id}").RunAsync("/bin/sh", ["-c", "cat /mnt/who; readlink /proc/self/ns/net"], s_patience);

            Assert.Equal($"host\n{new FileInfo($"/proc/{host.Id}/ns/net").LinkTarget}\n", Encoding.UTF8.GetString(outcome.Output.Span));
            // Not the thread that was in there, nor one that was made by it and has its namespaces.
            var deadline = System.Diagnostics.Stopwatch.StartNew();
            while (Array.Exists(Directory.GetDirectories("/proc/self/task"), t => MountsOf(t) != before) && deadline.Elapsed < s_patience)
            {
                await Task.Delay(10);
            }
            Assert.All(Directory.GetDirectories("/proc/self/task"), t => Assert.Equal(before, MountsOf(t)));
            Assert.False(File.Exists("/mnt/who"));

            // A thread that has ended meanwhile is nowhere.
            string MountsOf(string thread)
            {
                try
                {
                    return new FileInfo($"{thread}/ns/mnt").LinkTarget ?? before;
                }
                catch (IOException)
                {
                    return before;
                }
            }
        }
        finally
        {
            host.StandardInput.Close();
            await host.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task ProgramThatDoesNotEnd_IsKilled()
    {
        var error = await Assert.ThrowsAsync<CniException>(() => new HostProcess("/proc/self").RunAsync("/bin/sleep", ["1000"], TimeSpan.FromMilliseconds(200)));

        Assert.Contains("took longer", error.Message);
    }

    [Fact]
    public async Task ProgramThatPrintsWithoutEnd_IsKilled()
    {
        var error = await Assert.ThrowsAsync<CniException>(() => new HostProcess("/proc/self") { LargestOutput = 1000 }.RunAsync("/usr/bin/yes", [], s_patience));

        Assert.Contains("printed more than 1000 bytes", error.Message);
    }

    [Theory]
    [InlineData("/proc/self", "/no/such/program", "cannot start")]
    [InlineData("/proc/0", "/bin/true", "cannot enter the host")]
    public async Task WhatCannotBeStarted_SaysWhy(string process, string program, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<CniException>(() => new HostProcess(process).RunAsync(program, [], s_patience))).Message);
}
