namespace MultiNet.Cni;

/// <summary>
/// Runs built-in plugins in this process and all others as executables; <see cref="BuiltinPolicy"/> decides where both exist. A file on
/// <c>CNI_PATH</c> that is this very executable runs in process, too, as the plugin whose name was asked for.
/// </summary>
public sealed class PluginInvoker : IPluginInvoker
{
    private readonly Func<string, IPlugin?> _registry;
    private readonly IReadOnlyCollection<string> _builtinTypes;
    private readonly BuiltinPolicy _policy;
    private readonly ExecPluginInvoker _exec;
    private readonly string _self;

    /// <summary>Makes an invoker; it keeps no state and may be used from several threads.</summary>
    /// <param name="registry">Makes a built-in plugin of a type.</param>
    /// <param name="builtinTypes">The types for which it does.</param>
    /// <param name="policy">Which of them are used, and when.</param>
    /// <param name="exec">Runs executables; null for the default.</param>
    /// <param name="self">This executable's file.</param>
    public PluginInvoker(
        Func<string, IPlugin?> registry, IReadOnlyCollection<string> builtinTypes, BuiltinPolicy policy, ExecPluginInvoker? exec = null,
        string self = "/proc/self/exe")
    {
        _registry = registry;
        _builtinTypes = builtinTypes;
        _policy = policy;
        _exec = exec ?? new ExecPluginInvoker();
        _self = self;
    }

    /// <inheritdoc/>
    public CniResult? Invoke(string type, CniCall call)
    {
        var source = Resolve(type, call.Path);
        if (!source.IsBuiltIn)
            return _exec.Run(source.ExecutablePath!, call);
        var plugin = _registry(type)
            ?? throw new CniException(CniErrorCode.Internal, $"the built-in plugin \"{type}\" is listed but cannot be made");
        return PluginHost.Invoke(plugin, call, this);
    }

    /// <inheritdoc/>
    public PluginSource Resolve(string type, IReadOnlyList<string> path)
    {
        PluginType.Validate(type);
        bool builtin = _builtinTypes.Contains(type);
        if (builtin && _policy.TakesFirst(type))
            return new PluginSource(type, null);
        string? file = PluginFile.TryFind(type, path);
        if (file is not null)
            return new PluginSource(type, builtin && IsSelf(file) ? null : file);
        if (builtin && _policy.TakesLast)
            return new PluginSource(type, null);
        try
        {
            return _exec.Resolve(type, path);
        }
        catch (CniException e) when (builtin)
        {
            throw new CniException(e.Code, e.Message, $"{e.Details}; it is built in, but \"builtin\" is \"{_policy.Name}\"", e);
        }
    }

    private bool IsSelf(string file) => FileIdentity.TryGet(file, out var found) && FileIdentity.TryGet(_self, out var own) && found == own;
}
