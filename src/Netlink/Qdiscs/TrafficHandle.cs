using System.Globalization;

namespace MultiNet.Netlink;

/// <summary>The name of a queueing discipline, a class or the place of one: two numbers of 16 bits, written in hexadecimal (<c>ffff:fff1</c>).</summary>
/// <param name="Value">Both in one, the major number above (TC_H_MAKE of linux/pkt_sched.h).</param>
public readonly record struct TrafficHandle(uint Value)
{
    /// <summary>TC_H_ROOT: the place of the discipline that everything leaving an interface goes through.</summary>
    public static readonly TrafficHandle Root = new(0xffffffff);

    /// <summary>TC_H_INGRESS: the place of the discipline for what comes in, <c>ingress</c> or <c>clsact</c>.</summary>
    public static readonly TrafficHandle Ingress = new(0xfffffff1);

    /// <summary>The handle that <c>ingress</c> and <c>clsact</c> always have, <c>ffff:</c>.</summary>
    public static readonly TrafficHandle IngressQdisc = new(0xffff0000);

    /// <summary>TC_H_MIN_INGRESS: where the filters of what comes in stand, of a <c>clsact</c>.</summary>
    public static readonly TrafficHandle ClsactIngress = new(0xfffffff2);

    /// <summary>TC_H_MIN_EGRESS: where the filters of what goes out stand, of a <c>clsact</c>.</summary>
    public static readonly TrafficHandle ClsactEgress = new(0xfffffff3);

    /// <summary>The upper number.</summary>
    public ushort Major => (ushort)(Value >> 16);

    /// <summary>The lower number.</summary>
    public ushort Minor => (ushort)Value;

    /// <summary>Makes a handle of its two numbers.</summary>
    public static TrafficHandle Of(ushort major, ushort minor) => new(((uint)major << 16) | minor);

    /// <summary>As tc writes it: <c>root</c>, <c>1:</c>, <c>ffff:fff1</c>.</summary>
    public override string ToString() => this == Root
        ? "root"
        : string.Create(CultureInfo.InvariantCulture, $"{Major:x}:") + (Minor == 0 ? "" : Minor.ToString("x", CultureInfo.InvariantCulture));
}
