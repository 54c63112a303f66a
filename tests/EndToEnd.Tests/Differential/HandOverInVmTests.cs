namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>The same for networks that need kernel features which a test machine may lack.</summary>
[Trait("Kernel", "vm")]
public sealed class HandOverInVmTests
{
    /// <summary>One network of each plugin, by the names of their cases.</summary>
    public static TheoryData<string> Networks => ["macvlan then tuning", "ipvlan l3", "vlan", "dummy", "vrf dual stack", "bridge vlan"];

    [Theory]
    [MemberData(nameof(Networks))]
    public Task WhatTheReferenceAttached_IsReleasedByOurs(string network) => HandOver.FromTheReferenceAsync(network);

    [Theory]
    [MemberData(nameof(Networks))]
    public Task WhatOursAttached_IsReleasedByTheReference(string network) => HandOver.ToTheReferenceAsync(network);
}
