namespace MultiNet.Networks;

/// <summary>Names of the annotations that the multi-network standard, and Multus beside it, give a meaning.</summary>
public static class AnnotationKeys
{
    /// <summary>On a pod, read: the attachments beside the cluster's default network (NPWG v1.3, section 4.1).</summary>
    public const string Networks = "k8s.v1.cni.cncf.io/networks";

    /// <summary>On a pod, read: the network that replaces the cluster's default network for this pod (Multus).</summary>
    public const string DefaultNetwork = "v1.multus-cni.io/default-network";

    /// <summary>On a pod, written: what every attachment got (NPWG v1.3, section 5.1).</summary>
    public const string NetworkStatus = "k8s.v1.cni.cncf.io/network-status";

    /// <summary>On a pod: the plural under which old releases wrote the status; no longer written, still read by some.</summary>
    public const string ObsoleteNetworkStatus = "k8s.v1.cni.cncf.io/networks-status";

    /// <summary>On a definition: the device plugin's resource from which an attachment takes its device (NPWG v1.3, section 3.3).</summary>
    public const string ResourceName = "k8s.v1.cni.cncf.io/resourceName";

    /// <summary>On a definition: <c>key=value</c> of the nodes on which the network is to be had.</summary>
    public const string NodeSelector = "k8s.v1.cni.cncf.io/nodeSelector";

    /// <summary>On a pod, read: where the kubelet got it from; anything but <c>api</c> is a static pod.</summary>
    public const string ConfigSource = "kubernetes.io/config.source";

    /// <summary>On a pod, read: it shows a static pod of a node to the cluster; the value is the UID that the kubelet has for it, and names in its events.</summary>
    public const string MirrorPod = "kubernetes.io/config.mirror";

    /// <summary>
    /// On a namespace, read at admission: networks that its pods get besides those that they ask for, in either form of <see cref="Networks"/>.
    /// On a pod: <see cref="NoDefaultNetworks"/> for none of them (MultiNet).
    /// </summary>
    public const string DefaultNetworks = "multinet.io/default-networks";

    /// <summary>The value of <see cref="DefaultNetworks"/> on a pod that wants none.</summary>
    public const string NoDefaultNetworks = "none";

    /// <summary>On a definition, read at admission: the namespaces whose pods may use it, <c>team-a, lab-*</c> (MultiNet).</summary>
    public const string AllowedNamespaces = "multinet.io/allowed-namespaces";

    /// <summary>On a definition, read at admission: labels of the namespaces whose pods may use it, <c>key=value, key</c> (MultiNet).</summary>
    public const string AllowedNamespaceLabels = "multinet.io/allowed-namespace-labels";

    /// <summary>On a definition, read at admission: <c>"true"</c> lets it be deleted whatever uses it (MultiNet).</summary>
    public const string ForceDelete = "multinet.io/force-delete";
}
