using System.Globalization;

namespace MultiNet.Bench;

/// <summary>What is measured. Everything that is compared takes turns, so that a busy moment of the machine meets all alike.</summary>
internal static class Benchmarks
{
    /// <summary>The executable, in the node of eng/node.sh.</summary>
    public const string MultiNet = "/opt/cni/bin/multinet";

    private const string Reference = "/opt/cni/reference";
    private const string BuiltIn = "/opt/cni/bin";

    /// <summary>How long a process takes that only says which versions it knows.</summary>
    public static IReadOnlyList<Sample> Start(int rounds)
    {
        (Sample Sample, string Path)[] programs =
        [
            (new Sample("multinet"), MultiNet),
            (new Sample("multinet as bridge"), $"{BuiltIn}/bridge"),
            (new Sample("reference bridge"), $"{Reference}/bridge"),
        ];
        for (var round = -5; round < rounds; round++)
        {
            foreach (var (sample, path) in programs)
            {
                var (code, duration) = ChildProcess.Run([path], ["CNI_COMMAND=VERSION"], "/dev/null", "/run/bench/version");
                if (code != 0)
                {
                    throw new InvalidOperationException($"{path}: VERSION ended with {code}: {File.ReadAllText("/run/bench/version")}");
                }

                if (round >= 0)
                {
                    sample.Add(duration);
                }
            }
        }

        return [.. programs.Select(p => p.Sample)];
    }

    /// <summary>The ways to attach the pod.</summary>
    public static IReadOnlyList<Way> Ways() =>
    [
        new("built-in plugins, one after the other", "pod-a", """, "builtin": "first", "parallel": "off" """, BuiltIn),
        new("built-in plugins, side by side", "pod-b", """, "builtin": "first", "parallel": "builtin" """, BuiltIn),
        new("reference plugins, executed", "pod-c", $$""", "builtin": "off", "parallel": "off", "binDir": "{{Reference}}" """, Reference),
    ];

    /// <summary>Attaches and releases the pod in every way.</summary>
    public static void Attach(IReadOnlyList<Way> ways, int rounds)
    {
        for (var round = -2; round < rounds; round++)
        {
            // The first in a round finds the kernel busy with what the last one left: everyone is first equally often.
            for (var i = 0; i < ways.Count; i++)
            {
                ways[(i + round + ways.Count) % ways.Count].Round(round >= 0);
            }
        }
    }

    /// <summary>The memory of the process that only says which versions it knows, in KiB.</summary>
    public static long StartMemory(string path) =>
        PeakMemory(measure => ChildProcess.Run([.. measure, path], ["CNI_COMMAND=VERSION"], "/dev/null", "/run/bench/version"));

    /// <summary>
    /// Runs a program under <c>time</c>, and returns the largest resident memory of a process in it, in KiB. Not by wait4 here: a process
    /// starts with the memory of the one that spawned it, and that would be this one's.
    /// </summary>
    public static long PeakMemory(Action<string[]> run)
    {
        run(["/usr/bin/time", "--format=%M", "--output=/run/bench/memory"]);
        return long.Parse(File.ReadAllText("/run/bench/memory").Trim(), CultureInfo.InvariantCulture);
    }
}
