using MultiNet.Cni;

namespace MultiNet.Meta.Sources.Manifests;

/// <summary>A place in a manifest file, as errors name it: <c>file:line:column</c>, both counted from 1.</summary>
internal readonly record struct ManifestPosition(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";

    /// <summary>An error at this place: code 6.</summary>
    public CniException Error(string message, string details = "", Exception? inner = null) =>
        new(CniErrorCode.DecodingFailure, $"{this}: {message}", details, inner);
}
