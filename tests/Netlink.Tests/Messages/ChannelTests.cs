using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Tests.Messages;

public class ChannelTests
{
    private const ushort Item = 100;
    private const uint First = 1;

    [Fact]
    public void Dump_IsAskedForAgain_WhenTheKernelMarksItInterrupted()
    {
        using var kernel = new FakeKernel();
        kernel.Answer((Item, MessageFlags.Multi, First, [1]), (Item, MessageFlags.Multi | MessageFlags.DumpInterrupted, First, [2]));
        kernel.Answer((MessageType.Done, MessageFlags.Multi, First, new byte[4]));
        kernel.Answer((Item, MessageFlags.Multi, First + 1, [3]), (MessageType.Done, MessageFlags.Multi, First + 1, new byte[4]));
        Assert.Equal(["3"], Dump(kernel));
    }

    [Fact]
    public void Dump_IsAskedForAgain_WhenTheKernelGivesItUp()
    {
        using var kernel = new FakeKernel();
        kernel.Answer((Item, MessageFlags.Multi, First, [1]), (MessageType.Done, MessageFlags.Multi, First, BitConverter.GetBytes(-4)));
        kernel.Answer((MessageType.Done, MessageFlags.Multi, First + 1, new byte[4]));
        Assert.Empty(Dump(kernel));
    }

    [Fact]
    public void Dump_IsAskedForAgain_AsLongAsTheListingKeepsChanging()
    {
        using var kernel = new FakeKernel();
        uint attempt = First;
        for (; attempt < First + 8; attempt++)
            kernel.Answer((Item, MessageFlags.Multi, attempt, [1]), (MessageType.Done, MessageFlags.DumpInterrupted, attempt, new byte[4]));
        kernel.Answer((Item, MessageFlags.Multi, attempt, [2]), (MessageType.Done, MessageFlags.Multi, attempt, new byte[4]));
        Assert.Equal(["2"], Dump(kernel));
    }

    [Fact]
    public void Dump_ThrowsTyped_WhenItIsInterruptedForTooLong()
    {
        using var kernel = new FakeKernel();
        kernel.Channel.DumpPatience = TimeSpan.Zero;
        for (uint i = 0; i < 5; i++)
            kernel.Answer((Item, MessageFlags.Multi, First + i, [1]), (MessageType.Done, MessageFlags.DumpInterrupted, First + i, new byte[4]));
        var exception = Assert.Throws<NetlinkDumpInterruptedException>(() => Dump(kernel));
        Assert.Equal(5, exception.Attempts);
        Assert.Equal("list things", exception.Operation);
    }

    [Fact]
    public void Dump_Throws_WhenItEndsWithAnError()
    {
        using var kernel = new FakeKernel();
        kernel.Answer((MessageType.Done, MessageFlags.Multi, First, BitConverter.GetBytes(-1)));
        Assert.Equal("EPERM", Assert.Throws<NetlinkException>(() => Dump(kernel)).ErrnoName);
    }

    [Fact]
    public void Answers_ToEarlierRequests_AreSkipped()
    {
        using var kernel = new FakeKernel();
        kernel.Answer((MessageType.Error, MessageFlags.None, 4711, BitConverter.GetBytes(-1)));
        kernel.Answer((MessageType.Error, MessageFlags.None, First, new byte[20]));
        kernel.Channel.Begin(Item, MessageFlags.Ack);
        kernel.Channel.Execute("do a thing");
    }

    [Fact]
    public void Execute_ThrowsTimeout_WhenThereIsNoAnswer()
    {
        using var kernel = new FakeKernel();
        kernel.Channel.Socket.SetDeadline(TimeSpan.FromMilliseconds(1));
        kernel.Channel.Begin(Item, MessageFlags.Ack);
        var exception = Assert.Throws<NetlinkTimeoutException>(() => kernel.Channel.Execute("do a thing"));
        Assert.Equal("do a thing: connection timed out (ETIMEDOUT): no answer from the kernel within 0.001 s", exception.Message);
    }

    [Fact]
    public void Execute_ThrowsTyped_WhenTheAnswerIsGarbage()
    {
        using var kernel = new FakeKernel();
        kernel.AnswerRaw(Enumerable.Repeat((byte)0xff, 64).ToArray());
        kernel.Channel.Begin(Item, MessageFlags.Ack);
        Assert.Throws<NetlinkProtocolException>(() => kernel.Channel.Execute("do a thing"));
    }

    [Fact]
    public void Get_GrowsItsBuffer_WhenAnAnswerIsLong()
    {
        using var kernel = new FakeKernel();
        kernel.Answer((Item, MessageFlags.None, First, new byte[100_000]));
        kernel.Channel.Begin(Item, MessageFlags.None);
        Assert.Equal("100000", kernel.Channel.Get<string>("get a thing", (_, body) => body.Length.ToString()));
    }

    [Theory]
    [InlineData(new byte[] { 9, 0, 1, 0, (byte)'n', (byte)'o', (byte)'p', (byte)'e', 0, 0, 0, 0 }, "nope")]
    [InlineData(new byte[] { 8, 0, 5, 0, 42, 0, 0, 0 }, "attribute 42 is missing")]
    public void Execute_KeepsTheExplanation(byte[] attributes, string expected)
    {
        using var kernel = new FakeKernel();
        byte[] body = [.. BitConverter.GetBytes(-22), .. new byte[16], .. attributes];
        kernel.Answer((MessageType.Error, MessageFlags.Capped | MessageFlags.AckAttributes, First, body));
        kernel.Channel.Begin(Item, MessageFlags.Ack);
        Assert.Equal(expected, Assert.Throws<NetlinkException>(() => kernel.Channel.Execute("do a thing")).KernelMessage);
    }

    private static List<string> Dump(FakeKernel kernel)
    {
        kernel.Channel.Begin(Item, MessageFlags.Dump);
        return kernel.Channel.Dump<string>("list things", (_, body) => body[0].ToString());
    }
}
