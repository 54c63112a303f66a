using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Networks;

namespace MultiNet.Meta.Sources.Manifests;

/// <summary>
/// Pods and attachment definitions from YAML and JSON files (<c>manifestDir</c>; the arguments of <c>multinet run</c> and <c>multinet
/// plan</c>). Files are read by the first question, objects only when asked for.
/// </summary>
/// <remarks>
/// A file that cannot be read must not take the network from pods that have nothing to do with it: a question that the other files can
/// answer is answered, and only one that they cannot answer fails with the file's error.
/// </remarks>
public sealed class ManifestSource : IPodNetworkSource
{
    private readonly IReadOnlyList<string> _paths;
    private readonly object _gate = new();
    private readonly List<ManifestObject> _objects = [];
    private readonly List<CniException> _problems = [];
    private readonly List<string> _warnings = [];
    private bool _loaded;

    /// <summary>A source of the manifests of one folder.</summary>
    public ManifestSource(string folder)
        : this([folder])
    {
    }

    /// <summary>A source of folders and single files.</summary>
    public ManifestSource(IReadOnlyList<string> paths)
    {
        _paths = paths;
        Description = "manifests in " + string.Join(", ", paths);
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>What was passed over: objects of other kinds, one line each.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            Load();
            return _warnings;
        }
    }

    /// <inheritdoc/>
    public Pod? FindPod(PodReference pod) =>
        Find(ManifestObject.PodKind, pod.Namespace, pod.Name) is { } found ? PodManifestReader.Read(found) : null;

    /// <inheritdoc/>
    public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) =>
        Find(ManifestObject.DefinitionKind, @namespace, name) is { } found ? ReadDefinition(found) : null;

    /// <inheritdoc/>
    public IReadOnlyList<Pod> Pods()
    {
        var pods = new List<Pod>();
        foreach (var found in All(ManifestObject.PodKind))
            pods.Add(PodManifestReader.Read(found));
        return pods;
    }

    /// <inheritdoc/>
    public IReadOnlyList<NetworkAttachmentDefinition> Definitions()
    {
        var definitions = new List<NetworkAttachmentDefinition>();
        foreach (var found in All(ManifestObject.DefinitionKind))
            definitions.Add(ReadDefinition(found));
        return definitions;
    }

    private static NetworkAttachmentDefinition ReadDefinition(ManifestObject found) =>
        NetworkAttachmentDefinitionReader.Read(JsonFields.ParseElement(found.Root.ToJson(), found.Origin), found.Origin);

    private ManifestObject? Find(string kind, string @namespace, string name)
    {
        Load();
        ManifestObject? first = null;
        foreach (var candidate in _objects)
        {
            if (candidate.Kind != kind || candidate.Name != name || candidate.Namespace != @namespace)
                continue;
            if (first is not null)
                throw Twice(first, candidate);
            first = candidate;
        }
        if (first is null && _problems.Count > 0)
            throw _problems[0].Prefixed($"{kind} {@namespace}/{name} not found in the manifests that can be read: ");
        return first;
    }

    private List<ManifestObject> All(string kind)
    {
        Load();
        if (_problems.Count > 0)
            throw _problems[0];
        var found = new List<ManifestObject>();
        var places = new Dictionary<(string, string), ManifestObject>();
        foreach (var candidate in _objects)
        {
            if (candidate.Kind != kind)
                continue;
            if (!places.TryAdd((candidate.Namespace, candidate.Name), candidate))
                throw Twice(places[(candidate.Namespace, candidate.Name)], candidate);
            found.Add(candidate);
        }
        return found;
    }

    private static CniException Twice(ManifestObject first, ManifestObject second) =>
        new(CniErrorCode.InvalidNetworkConfig, $"{first} stands twice in the manifests: {first.Origin} and {second.Origin}", "remove one of them");

    private void Load()
    {
        lock (_gate)
        {
            if (_loaded)
                return;
            foreach (string path in _paths)
                LoadPath(path);
            _loaded = true;
        }
    }

    private void LoadPath(string path)
    {
        // Nothing can be answered where the folder itself is missing.
        if (!File.Exists(path))
        {
            foreach (string file in ManifestFiles.List(path))
                LoadFile(file);
        }
        else if (ManifestFiles.IsManifest(path))
        {
            LoadFile(path);
        }
        else
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{path} is no manifest", "expected a folder or a file named *.yaml, *.yml or *.json");
        }
    }

    private void LoadFile(string file)
    {
        var objects = new List<ManifestObject>();
        try
        {
            var reader = new ManifestObjectReader(objects, _warnings);
            foreach (var document in ManifestFiles.Read(file))
                reader.Read(document);
            _objects.AddRange(objects);
        }
        catch (CniException e)
        {
            _problems.Add(e);
        }
    }
}
