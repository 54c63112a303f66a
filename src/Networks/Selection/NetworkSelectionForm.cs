namespace MultiNet.Networks;

/// <summary>Which annotation a selection stands in.</summary>
internal enum NetworkSelectionForm
{
    /// <summary>Attachments beside the default network: any number, never the pod's own interface.</summary>
    Networks,
    /// <summary>The network in place of the default one: exactly one, and the pod's own interface is its.</summary>
    DefaultNetwork,
}
