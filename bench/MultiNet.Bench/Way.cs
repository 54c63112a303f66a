namespace MultiNet.Bench;

/// <summary>A way to attach the pod, measured beside the others.</summary>
internal sealed class Way
{
    private readonly string _request;
    private readonly string _answer;
    private readonly string _pod;
    private readonly string _cniPath;

    /// <param name="name">What a reader calls it.</param>
    /// <param name="pod">The network namespace that it uses.</param>
    /// <param name="keys">Its keys of MultiNet's configuration.</param>
    /// <param name="cniPath">CNI_PATH.</param>
    public Way(string name, string pod, string keys, string cniPath)
    {
        Name = name;
        Add = new Sample($"ADD, {name}");
        Del = new Sample($"DEL, {name}");
        _pod = pod;
        _cniPath = cniPath;
        _request = $"/run/bench/{pod}.request";
        _answer = $"/run/bench/{pod}.answer";
        File.WriteAllText(_request, PodNetworks.Request(keys));
    }

    public string Name { get; }

    public Sample Add { get; }

    public Sample Del { get; }

    /// <summary>Attaches and releases the pod once.</summary>
    /// <param name="count">Are the durations taken down?</param>
    public void Round(bool count)
    {
        Take(Add, Run("ADD"), count);
        Take(Del, Run("DEL"), count);
    }

    /// <summary>The largest memory of the process, and of those that it started, in KiB, over ADD and DEL.</summary>
    public (long Add, long Del) Memory() => (Measured("ADD"), Measured("DEL"));

    private static void Take(Sample sample, TimeSpan duration, bool count)
    {
        if (count)
        {
            sample.Add(duration);
        }
    }

    private TimeSpan Run(string command, params string[] under)
    {
        var (code, duration) = ChildProcess.Run([.. under, Benchmarks.MultiNet], Environment(command), _request, _answer);
        return code == 0 ? duration : throw new InvalidOperationException($"{Name}: {command} ended with {code}: {File.ReadAllText(_answer)}");
    }

    private long Measured(string command) => Benchmarks.PeakMemory(measure => Run(command, measure));

    private string[] Environment(string command) =>
    [
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin", $"CNI_COMMAND={command}", $"CNI_CONTAINERID=sandbox-{_pod}", $"CNI_NETNS=/run/netns/{_pod}",
        "CNI_IFNAME=eth0", "CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1", $"CNI_PATH={_cniPath}",
    ];
}
