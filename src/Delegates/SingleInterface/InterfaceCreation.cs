using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.SingleInterface;

/// <summary>Makes an interface in a container: one message, with all that it is to have.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="netns">The container's namespace.</param>
/// <param name="type">The plugin, for errors.</param>
internal sealed class InterfaceCreation(NodeKernel kernel, string netns, string type)
{
    private RouteSocket Container => kernel.Socket(netns);

    /// <summary>Refuses a name that the container has already.</summary>
    /// <exception cref="CniException">It has.</exception>
    public void CheckName(string name)
    {
        if (Container.TryGetLink(name, out _))
            throw NameTaken(name);
    }

    /// <summary>Makes an interface that stands on nothing, or on one in the container.</summary>
    public Link InContainer(LinkSpec spec)
    {
        try
        {
            return Container.LinkAdd(spec);
        }
        catch (NetlinkException e)
        {
            throw Failed(e, spec);
        }
    }

    /// <summary>Makes an interface whose master is on the host.</summary>
    public Link OnHost(LinkSpec spec)
    {
        try
        {
            kernel.Socket("").LinkAdd(spec, kernel.Namespace(netns));
        }
        catch (NetlinkException e) when (e.IsExists && !Container.TryGetLink(spec.Name, out _))
        {
            // Kernels before 6.14 look for the name on the host (a node has an "eth0", too), where it does not matter.
            return Renamed(spec);
        }
        catch (NetlinkException e)
        {
            throw Failed(e, spec);
        }
        return Find(spec.Name);
    }

    /// <summary>The error of a kernel that did not make the interface.</summary>
    public CniException Failed(KernelException error, LinkSpec spec)
    {
        if (error.IsExists && Container.TryGetLink(spec.Name, out _))
            return NameTaken(spec.Name);
        return spec is VlanSpec { Vlan: var vlan } && error.IsExists
            ? new CniException(
                CniErrorCode.Internal, $"failed to create vlan: file exists: VLAN {vlan.Id} of the master is taken",
                "A master has one interface for each VLAN, in whatever namespace it is: another pod or the host has this one. Use macvlan on top of a VLAN where several pods need it.", error)
            : KernelFailure.Of(error, $"failed to create {type}");
    }

    /// <summary>The error for a name that is taken in the container.</summary>
    public CniException NameTaken(string name) => new(
        CniErrorCode.Internal, $"failed to create {type}: interface \"{name}\" already exists",
        $"It exists in {netns}: ADD was called twice without DEL, or another network made it.");

    private Link Renamed(LinkSpec spec)
    {
        var temporary = spec with { Name = $"{type[..3]}{Random.Shared.Next():x8}" };
        try
        {
            kernel.Socket("").LinkAdd(temporary, kernel.Namespace(netns));
        }
        catch (NetlinkException e)
        {
            throw Failed(e, spec);
        }
        var made = Find(temporary.Name);
        try
        {
            Container.LinkSet(made.Index, new LinkChange { Name = spec.Name });
        }
        catch (NetlinkException e)
        {
            TryDelete(made.Index);
            throw Failed(e, spec);
        }
        return made with { Name = spec.Name };
    }

    private Link Find(string name) => KernelFailure.Describe($"failed to refetch {type} \"{name}\"", () => Container.LinkGet(name));

    private void TryDelete(int index)
    {
        try
        {
            Container.LinkDelete(index);
        }
        catch (NetlinkException)
        {
            // The error that led here is the one to report.
        }
    }
}
