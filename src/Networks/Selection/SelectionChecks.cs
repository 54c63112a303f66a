using System.Net.Sockets;

namespace MultiNet.Networks;

/// <summary>What must hold between the elements of an annotation.</summary>
internal sealed class SelectionChecks(ISelectionSource source, ProblemList problems, string podInterface, NetworkSelectionForm form)
{
    // The number from which a webhook asks "are you sure?"; pods with about 30 attachments are known from telecommunications.
    private const int ManyElements = 32;

    public void Run()
    {
        CheckCount();
        CheckInterfaces();
        CheckDefaultRoutes();
        CheckAddresses();
        CheckHardwareAddresses();
        CheckHostPorts();
    }

    private void CheckCount()
    {
        if (form == NetworkSelectionForm.DefaultNetwork && source.Count is 0 or > 1)
        {
            problems.Error(
                "POD-020", Place.Whole, $"expected exactly one network, found {source.Count}; name one, or remove the annotation");
            return;
        }
        if (source.Count > NetworkSelectionAnnotation.MaxElements)
        {
            problems.Error(
                "POD-033", Place.Whole,
                $"{source.Count} networks are asked for; at most {NetworkSelectionAnnotation.MaxElements} are possible");
        }
        else if (source.Count > ManyElements)
        {
            problems.Warning(
                "POD-033", Place.Whole, $"{source.Count} networks are asked for; more than {ManyElements} take long to attach");
        }
    }

    private void CheckInterfaces()
    {
        var taken = new Dictionary<string, NetworkSelectionElement>(StringComparer.Ordinal);
        foreach (var element in source.Elements)
        {
            if (element.Interface.Length == 0)
                continue;
            var place = source.PlaceOf(element, SelectionKeys.Interface);
            string name = Quoted.Text(element.Interface);
            if (form == NetworkSelectionForm.Networks && element.Interface == podInterface)
                problems.Error("POD-008", place, $"the interface {name} belongs to the pod's default network; choose another");
            else if (!taken.TryAdd(element.Interface, element))
            {
                problems.Error(
                    "POD-007", place, $"the interface {name} is already asked for by {taken[element.Interface].Path}; choose another");
            }
            else if (AutomaticOwner(element.Interface) is { } owner && owner != element)
            {
                problems.Warning(
                    "POD-009", place, $"{owner.Path} would get {name}, being without an interface name; name all interfaces, or none");
            }
        }
    }

    /// <summary>The element that gets this name because it asked for none: element i gets net(i+1).</summary>
    private NetworkSelectionElement? AutomaticOwner(string name)
    {
        if (!name.StartsWith("net", StringComparison.Ordinal)
            || !int.TryParse(name.AsSpan(3), System.Globalization.NumberStyles.None, null, out int number))
            return null;
        foreach (var element in source.Elements)
        {
            if (element.Index == number - 1)
                return element.Interface.Length == 0 ? element : null;
        }
        return null;
    }

    private void CheckDefaultRoutes()
    {
        NetworkSelectionElement? first = null, ipv4 = null, ipv6 = null;
        foreach (var element in source.Elements)
        {
            if (element.DefaultRoute is not { } gateways)
                continue;
            var place = source.PlaceOf(element, SelectionKeys.DefaultRoute);
            foreach (var gateway in gateways)
            {
                bool isIPv4 = gateway.AddressFamily == AddressFamily.InterNetwork;
                ref var owner = ref isIPv4 ? ref ipv4 : ref ipv6;
                if (owner is null)
                    owner = element;
                else
                {
                    problems.Error(
                        "POD-016", place,
                        $"{gateway} would be a second {(isIPv4 ? "IPv4" : "IPv6")} default route ({owner.Path} has the first); "
                        + "a pod has one per family");
                }
            }
            first ??= element;
            if (first != element)
            {
                problems.Warning(
                    "POD-016", place,
                    $"\"default-route\" is also in {first.Path}; "
                    + "the standard allows it in one element only, though one per family works here");
            }
        }
    }

    private void CheckAddresses()
    {
        var taken = new Dictionary<(string Network, string Address), NetworkSelectionElement>();
        foreach (var element in source.Elements)
        {
            foreach (var ip in element.Ips)
            {
                var key = (element.QualifiedName(""), ip.Address.ToString());
                if (taken.TryAdd(key, element))
                    continue;
                problems.Warning(
                    "POD-028", source.PlaceOf(element, SelectionKeys.Ips),
                    $"{ip.Address} is asked for on the same network by {taken[key].Path}");
            }
        }
    }

    // Only a warning: the links of a bond share one address.
    private void CheckHardwareAddresses()
    {
        var taken = new Dictionary<string, NetworkSelectionElement>(StringComparer.Ordinal);
        foreach (var element in source.Elements)
        {
            if (element.Mac.Length > 0 && !taken.TryAdd(element.Mac, element))
            {
                problems.Warning(
                    "POD-012", source.PlaceOf(element, SelectionKeys.Mac),
                    $"the MAC address {element.Mac} is also asked for by {taken[element.Mac].Path}");
            }
        }
    }

    private void CheckHostPorts()
    {
        var taken = new Dictionary<(int, string, string), NetworkSelectionElement>();
        foreach (var element in source.Elements)
        {
            foreach (var mapping in element.PortMappings)
            {
                var key = (mapping.HostPort, mapping.Protocol, mapping.HostIP?.ToString() ?? "");
                if (mapping.HostPort > 0 && !taken.TryAdd(key, element))
                {
                    problems.Error(
                        "POD-014", source.PlaceOf(element, SelectionKeys.PortMappings),
                        $"host port {mapping.HostPort}/{mapping.Protocol} is already asked for by {taken[key].Path}; choose another");
                }
            }
        }
    }
}
