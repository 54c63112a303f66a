namespace MultiNet.Meta.Sources.Manifests;

/// <summary>The kinds of JSON value: YAML knows no others in its core schema.</summary>
internal enum ManifestNodeKind
{
    Null,
    Boolean,
    Number,
    String,
    Sequence,
    Mapping,
}
