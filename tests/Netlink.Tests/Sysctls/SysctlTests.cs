namespace MultiNet.Netlink.Tests.Sysctls;

public class SysctlTests
{
    [Theory]
    [InlineData("net.ipv4.ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net/ipv4/ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net.ipv4.conf.eth0/100.rp_filter", "net/ipv4/conf/eth0.100/rp_filter")]
    [InlineData("net/ipv4/conf/eth0.100/rp_filter", "net/ipv4/conf/eth0.100/rp_filter")]
    [InlineData("kernel", "kernel")]
    public void ToPath_LetsTheFirstSeparatorDecide(string name, string path) => Assert.Equal(path, Sysctl.ToPath(name));

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("net/../../etc/passwd")]
    [InlineData("net.//.//.etc")]
    [InlineData("net/./x")]
    [InlineData("net//x")]
    [InlineData("net/x\0y")]
    [InlineData("net.ipv4.")]
    public void ToPath_Throws_WhenTheNameLeadsElsewhere(string name) =>
        Assert.Equal("EINVAL", Assert.Throws<KernelException>(() => Sysctl.ToPath(name)).ErrnoName);

    [Fact]
    public void Write_IsOfTheNamespace_AndLeavesOthersAlone()
    {
        using var test = new TestNamespace();
        using var other = new TestNamespace();
        const string name = "net/ipv4/conf/default/arp_notify";
        Assert.Equal("0", Sysctl.Read(test.Namespace, name));
        string before = Sysctl.Read(name);
        Sysctl.Write(test.Namespace, name, "1");
        Assert.Equal("1", Sysctl.Read(test.Namespace, name));
        Assert.Equal("0", Sysctl.Read(other.Namespace, name));
        Assert.Equal(before, Sysctl.Read(null, name));
        Assert.Equal("1\n", test.Exec("cat", "/proc/sys/" + name));
    }

    [Fact]
    public void Write_SetsSeveral_OfAnInterfaceThatOnlyTheNamespaceHas()
    {
        using var test = new TestNamespace();
        test.AddVeth("only-here", "b");
        Sysctl.Write(test.Namespace, new Dictionary<string, string>
        {
            ["net/ipv4/conf/only-here/arp_notify"] = "1",
            ["net.ipv6.conf.only-here.accept_dad"] = "0",
        });
        Assert.Equal("1", Sysctl.Read(test.Namespace, "net.ipv4.conf.only-here.arp_notify"));
        Assert.Equal("0", Sysctl.Read(test.Namespace, "net/ipv6/conf/only-here/accept_dad"));
        var exception = Assert.Throws<KernelException>(() => Sysctl.Read("net/ipv4/conf/only-here/arp_notify"));
        Assert.Equal(("ENOENT", true), (exception.ErrnoName, exception.IsNotFound));
    }

    [Fact]
    public void Write_SaysWhatFailed_WhenTheKernelRefusesTheValue()
    {
        using var test = new TestNamespace();
        var exception = Assert.Throws<KernelException>(() => Sysctl.Write(test.Namespace, "net/ipv4/ip_forward", "maybe"));
        Assert.Equal("write \"maybe\" to sysctl net/ipv4/ip_forward: invalid argument (EINVAL)", exception.Message);
    }
}
