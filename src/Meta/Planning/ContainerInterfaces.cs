using MultiNet.Cni;

namespace MultiNet.Meta.Planning;

/// <summary>
/// Networks that stand on interfaces of the container: a bond of earlier attachments (<c>linksInContainer</c>), a VLAN, macvlan or ipvlan on one
/// (<c>linkInContainer</c>). They come after those that make the interfaces, and never beside them; DEL is in reverse order.
/// </summary>
internal sealed record ContainerInterfaces
{
    /// <summary>None are used.</summary>
    public static ContainerInterfaces None { get; } = new();

    /// <summary>Does the network stand on any?</summary>
    public bool Any { get; init; }

    /// <summary>Their names, as far as the configuration tells: a <c>master</c> may be left out.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The interface that the network makes where it is not CNI_IFNAME (a bond's <c>ifname</c>), or empty.</summary>
    public string Makes { get; init; } = "";

    /// <summary>Finds out from a configuration.</summary>
    /// <remarks>A key of another type is for the plugin to report, which says more about it.</remarks>
    public static ContainerInterfaces Of(NetworkConfigList list)
    {
        var names = new List<string>();
        bool any = false;
        string makes = "";
        foreach (var plugin in list.Plugins)
        {
            try
            {
                if (plugin.Type == "bond")
                {
                    makes = plugin.Fields.String("ifname");
                    if (!plugin.Fields.Bool("linksInContainer"))
                        continue;
                    any = true;
                    foreach (var link in plugin.Fields.Objects("links"))
                        Add(names, link.String("name"));
                }
                else if (plugin.Type is "vlan" or "macvlan" or "ipvlan" && plugin.Fields.Bool("linkInContainer"))
                {
                    any = true;
                    Add(names, plugin.Fields.String("master"));
                }
            }
            catch (CniException)
            {
                any = true;
            }
        }
        return any || makes.Length > 0 ? new ContainerInterfaces { Any = any, Names = names, Makes = makes } : None;
    }

    /// <summary>Looks for networks that come before what they stand on.</summary>
    /// <param name="attachments">The attachments in their order.</param>
    /// <param name="problems">An error for each that names the interface of a later one; a warning where nobody makes it: other software may.</param>
    public static void Check(IReadOnlyList<PlannedAttachment> attachments, PlanProblems problems)
    {
        for (int i = 0; i < attachments.Count; i++)
        {
            foreach (string name in attachments[i].StandsOn.Names)
            {
                int maker = Maker(attachments, name, except: i);
                string what = $"network {attachments[i].DisplayName} on {attachments[i].InterfaceName} uses the container's interface {name}";
                if (maker > i)
                {
                    problems.Error(
                        $"{what}, which {attachments[maker].DisplayName} makes after it",
                        "networks are attached in the order of the annotation: name the one that makes the interface first");
                }
                else if (maker < 0 && name != "lo")
                {
                    problems.Warning($"{what}, which no network before it makes: it must be there by then");
                }
            }
        }
    }

    private static int Maker(IReadOnlyList<PlannedAttachment> attachments, string name, int except)
    {
        for (int i = 0; i < attachments.Count; i++)
        {
            if (i != except && (attachments[i].InterfaceName == name || attachments[i].StandsOn.Makes == name))
                return i;
        }
        return -1;
    }

    private static void Add(List<string> names, string name)
    {
        if (name.Length > 0 && !names.Contains(name))
            names.Add(name);
    }
}
