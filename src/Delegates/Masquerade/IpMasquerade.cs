using System.Net;
using MultiNet.Cni;

namespace MultiNet.Delegates.Masquerade;

/// <summary>Masquerading of a container's addresses (<c>ipMasq</c>), whatever the backend.</summary>
/// <param name="kernel">The kernel; the rules are those of the host.</param>
/// <param name="toolPath">Where to look for the tools of iptables; null for the usual places.</param>
internal sealed class IpMasquerade(NodeKernel kernel, string? toolPath = null)
{
    private readonly IptablesMasquerade _iptables = new(toolPath);
    private readonly NftablesMasquerade _nftables = new(kernel);

    /// <summary>Puts up the rules.</summary>
    /// <exception cref="CniException">The backend is not there, or refused.</exception>
    public void SetUp(MasqueradeBackend backend, MasqueradeNames names, IReadOnlyList<IPPrefix> addresses)
    {
        switch (backend)
        {
            case MasqueradeBackend.Iptables:
                _iptables.SetUp(names, addresses);
                break;
            case MasqueradeBackend.Nftables:
                _nftables.SetUp(names, addresses);
                break;
            default:
                SetUpDefault(names, addresses);
                break;
        }
    }

    /// <summary>
    /// Takes the rules down, whatever backend put them up: the configuration may have changed since. Nothing there is success.
    /// </summary>
    /// <param name="backend">The backend that the configuration names now.</param>
    /// <param name="names">The attachment.</param>
    /// <param name="addresses">Its addresses, where they are known.</param>
    /// <param name="isInUse">Does another interface of the container have the address?</param>
    public void TearDown(MasqueradeBackend backend, MasqueradeNames names, IReadOnlyList<IPPrefix> addresses, Func<IPAddress, bool> isInUse)
    {
        var failures = new Failures();
        bool found = false;
        failures.Try("remove nftables rules", () => found = _nftables.TearDown(names));
        // With nftables asked for and found, there is no reason to start iptables.
        if (backend != MasqueradeBackend.Nftables || !found)
            failures.Try("remove iptables rules", () => _iptables.TearDown(names, addresses, isInUse));
        failures.ThrowIfAny();
    }

    /// <summary>Are the rules in place, in one backend or the other?</summary>
    /// <exception cref="CniException">They are not.</exception>
    public void Check(MasqueradeBackend backend, MasqueradeNames names, IReadOnlyList<IPPrefix> addresses)
    {
        // Cheap, and right where the default fell to nftables.
        if (backend != MasqueradeBackend.Iptables && _nftables.Holds(names, addresses))
            return;
        if (backend == MasqueradeBackend.Nftables || !_iptables.IsInstalled)
        {
            throw new CniException(
                CniErrorCode.Internal, $"ipMasq: the nftables rules for {string.Join(", ", addresses)} are missing",
                "Somebody took them away after ADD (nft flush ruleset?); DEL and ADD put them up again.");
        }
        _iptables.Check(names, addresses);
    }

    /// <summary>Could rules be put up?</summary>
    /// <exception cref="CniException">Code 50: no.</exception>
    public void CheckAvailable(MasqueradeBackend backend)
    {
        if (backend != MasqueradeBackend.Nftables && _iptables.IsInstalled)
            return;
        if (backend == MasqueradeBackend.Iptables)
            throw Unavailable("ipMasq needs the tools of iptables, which are not installed", "Install iptables, or set \"ipMasqBackend\": \"nftables\".");
        if (!_nftables.IsAvailable)
        {
            throw backend == MasqueradeBackend.Nftables
                ? Unavailable("ipMasq needs nftables, which this kernel does not have", "Set \"ipMasqBackend\": \"iptables\" and install iptables, or load nf_tables.")
                : NoBackend();
        }
    }

    /// <summary>Takes down the rules of this network that belong to no valid attachment.</summary>
    /// <param name="iptables">Might there be rules of iptables? If not, iptables is not started: asking it would load its modules into the kernel.</param>
    /// <param name="network">The network.</param>
    /// <param name="valid">The attachments that stay.</param>
    public void CollectGarbage(bool iptables, string network, IReadOnlyList<GcAttachment> valid)
    {
        var failures = new Failures();
        failures.Try("remove nftables rules", () => _nftables.CollectGarbage(network, valid));
        if (iptables && _iptables.IsInstalled)
        {
            var containers = new HashSet<string>();
            foreach (var attachment in valid)
                containers.Add(attachment.ContainerId);
            failures.Try("remove iptables rules", () => _iptables.CollectGarbage(network, containers));
        }
        failures.ThrowIfAny();
    }

    // iptables, unless only nftables can be had: as the reference, which asks by running both tools.
    private void SetUpDefault(MasqueradeNames names, IReadOnlyList<IPPrefix> addresses)
    {
        if (!_iptables.IsInstalled)
        {
            if (!_nftables.IsAvailable)
                throw NoBackend();
            _nftables.SetUp(names, addresses);
            return;
        }
        try
        {
            _iptables.SetUp(names, addresses);
        }
        catch (CniException)
        {
            // Tools without support by the kernel are no iptables.
            if (!_nftables.IsAvailable)
                throw;
            _nftables.SetUp(names, addresses);
        }
    }

    private static CniException NoBackend() => Unavailable(
        "ipMasq needs iptables or nftables, and this host has neither", "Install iptables, or use a kernel with nf_tables.");

    private static CniException Unavailable(string message, string details) => new(CniErrorCode.PluginNotAvailable, message, details);
}
