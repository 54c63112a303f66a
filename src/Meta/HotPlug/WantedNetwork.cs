namespace MultiNet.Meta.HotPlug;

/// <summary>A network that an element of the annotation asks for.</summary>
/// <param name="DisplayName">The definition: <c>namespace/name</c>.</param>
/// <param name="InterfaceName">The interface that it names, or empty.</param>
/// <param name="Asked">What it asks for besides, as <see cref="Networks.SelectionRequest"/> writes it.</param>
internal sealed record WantedNetwork(string DisplayName, string InterfaceName, string Asked);
