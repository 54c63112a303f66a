using MultiNet.Cni;
using MultiNet.Delegates.Masquerade;
using MultiNet.Delegates.Records;

namespace MultiNet.Delegates.Tests.Records;

public sealed class HostRulesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-records-");

    private AttachmentRecords Records => new(_folder.FullName, "bridge");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(MasqueradeBackend.Default, true)]
    [InlineData(MasqueradeBackend.Iptables, false)]
    [InlineData(MasqueradeBackend.Nftables, false)]
    [InlineData(null, true)]
    internal void Recorded_IsWhatDelGoesBy_WhateverTheConfigurationSaysNow(MasqueradeBackend? backend, bool macSpoofCheck)
    {
        new HostRules(backend, macSpoofCheck).Write(Records, Context.Of("""{"name": "net", "type": "bridge"}"""), new Rollback());

        var changed = Context.Of("""{"name": "net", "type": "bridge", "ipMasq": true, "ipMasqBackend": "iptables", "macspoofchk": true}""", verb: CniVerb.Del);

        Assert.Equal(new HostRules(backend, macSpoofCheck), HostRules.Of(Records, changed));
    }

    [Fact]
    public void Configuration_IsWhatDelGoesBy_WhereNothingWasRecorded()
    {
        Assert.Equal(new HostRules(null, false), HostRules.Of(Records, Context.Of("""{"name": "net"}""")));
        Assert.Equal(
            new HostRules(MasqueradeBackend.Nftables, true),
            HostRules.Of(Records, Context.Of("""{"name": "net", "ipMasq": true, "ipMasqBackend": "nftables", "macspoofchk": true}""")));
        Assert.Equal(new HostRules(MasqueradeBackend.Default, false), HostRules.Of(Records, Context.Of("""{"name": "net", "ipMasq": true}""")));
    }

    [Fact]
    public void NoRules_AreNotRecorded()
    {
        new HostRules(null, false).Write(Records, Context.Of("""{"name": "net"}"""), new Rollback());

        Assert.Empty(Records.ListAll());
    }

    [Fact]
    public void Rollback_RemovesTheRecord()
    {
        var rollback = new Rollback();
        new HostRules(null, true).Write(Records, Context.Of("""{"name": "net"}"""), rollback);
        Assert.Single(Records.ListAll());

        rollback.Run();

        Assert.Empty(Records.ListAll());
    }
}
