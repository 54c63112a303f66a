using System.Net;

namespace MultiNet.Meta.Reconciling;

/// <summary>A reservation of host-local, as its file has it.</summary>
/// <param name="Network">The network: the name of the folder.</param>
/// <param name="Address">The address: the name of the file.</param>
/// <param name="ContainerId">Who holds it; empty where the file is empty.</param>
/// <param name="InterfaceName">For which interface; empty in files of the reference before 0.8.</param>
/// <param name="Written">When, UTC.</param>
internal sealed record AddressReservation(string Network, IPAddress Address, string ContainerId, string InterfaceName, DateTime Written);
