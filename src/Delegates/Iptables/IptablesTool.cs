using MultiNet.Cni;

namespace MultiNet.Delegates.Iptables;

/// <summary>
/// The tools of iptables for one family, whatever is behind them (nftables or the legacy tables): reading and changing its rules, one
/// process each. They work in the network namespace of the calling thread.
/// </summary>
internal sealed class IptablesTool
{
    // What somebody else changes between reading and writing makes a transaction fail. That happens; it does not happen ten times.
    private const int MaxAttempts = 10;

    // xtables.h, enum xtables_exittype: the kernel was busy, or its answer may change.
    private const int ResourceProblem = 4;

    private readonly string _family;
    private readonly string _advice;
    private readonly string? _restore;
    private readonly string? _save;

    private IptablesTool(string family, string advice, string? restore, string? save)
    {
        _family = family;
        _advice = advice;
        _restore = restore;
        _save = save;
    }

    /// <summary>Are the tools there? They may still lack support by the kernel.</summary>
    public bool IsInstalled => _restore is not null && _save is not null;

    /// <summary>Looks for the tools.</summary>
    /// <param name="ipv4">iptables; else ip6tables.</param>
    /// <param name="searchPath">Folders between colons; null for the process's PATH and the usual folders for system commands.</param>
    /// <param name="advice">What to do where the tools are missing.</param>
    public static IptablesTool Find(bool ipv4, string? searchPath = null, string advice = "Install iptables.")
    {
        string family = ipv4 ? "iptables" : "ip6tables";
        return new IptablesTool(family, advice, SystemTool.Find($"{family}-restore", searchPath), SystemTool.Find($"{family}-save", searchPath));
    }

    /// <summary>Makes sure that the tools are there, before anything is done that they would have to undo.</summary>
    /// <exception cref="CniException">They are not.</exception>
    public void MustBeInstalled()
    {
        Installed(_restore, "restore");
        Installed(_save, "save");
    }

    /// <summary>Reads one table.</summary>
    /// <exception cref="CniException">The tool is missing or failed.</exception>
    public IptablesTable ReadTable(string table) => Read(table)[table];

    /// <summary>Reads tables, with one process.</summary>
    /// <param name="tables">Their names.</param>
    /// <exception cref="CniException">The tool is missing or failed.</exception>
    public IptablesRuleset Read(params ReadOnlySpan<string> tables)
    {
        // The tools print one table or all that there are.
        string[] arguments = tables.Length == 1 ? ["-t", tables[0]] : [];
        return IptablesRuleset.Parse(Must(_save, "save", arguments, ""));
    }

    /// <summary>Carries out a script; all of it or nothing of each table. An empty one starts no process.</summary>
    /// <exception cref="CniException">The tool is missing or failed.</exception>
    public void Apply(IptablesScript script)
    {
        if (!script.IsEmpty)
            Must(_restore, "restore", ["--noflush", "--wait"], script.ToString());
    }

    /// <summary>
    /// Reads one table, composes what is to be changed, and carries it out. Where somebody else changed the rules in between, that is
    /// done again: the tools have one exit code for all, so a failure counts as such a one if what is to be changed is not the same after
    /// another reading.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="compose">Gets what is there, and writes what is to be done; called once or several times, each time with an empty script.</param>
    /// <exception cref="CniException">The tool is missing or failed; of this table nothing is changed.</exception>
    public void Change(string table, Action<IptablesTable, IptablesScript> compose) =>
        Change([table], (ruleset, script) => compose(ruleset[table], script));

    /// <summary>As <see cref="Change(string, Action{IptablesTable, IptablesScript})"/>, for several tables.</summary>
    public void Change(IReadOnlyList<string> tables, Action<IptablesRuleset, IptablesScript> compose)
    {
        CniException? failed = null;
        string refused = "";
        for (int attempt = 1; ; attempt++)
        {
            var script = new IptablesScript(tables[0]);
            compose(Read([.. tables]), script);
            if (script.IsEmpty)
                return;
            string text = script.ToString();
            if (text == refused)
                throw failed!;
            string restore = Installed(_restore, "restore");
            var outcome = SystemTool.Run(restore, ["--noflush", "--wait"], text);
            if (outcome.ExitCode == 0)
                return;
            failed = SystemTool.Failed(restore, outcome, text);
            if (attempt == MaxAttempts)
                throw failed;
            refused = outcome.ExitCode == ResourceProblem ? "" : text;
        }
    }

    private string Must(string? path, string verb, IReadOnlyList<string> arguments, string input) => SystemTool.Must(Installed(path, verb), arguments, input);

    private string Installed(string? path, string verb) =>
        path ?? throw new CniException(CniErrorCode.Internal, $"failed to locate iptables: {_family}-{verb} is not installed", _advice);
}
