using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bond;

/// <summary>The record of a bond: what it is called and what it is made of.</summary>
/// <param name="Name">The bond's name.</param>
/// <param name="Members">The members as they were.</param>
internal sealed record BondRecord(string Name, IReadOnlyList<BondMember> Members)
{
    /// <summary>Writes it.</summary>
    public void Write(GoJsonWriter writer, NetworkNamespace container)
    {
        RecordedNamespace.Write(writer, container);
        writer.Name("bond");
        writer.String(Name);
        writer.Name("members");
        writer.BeginArray();
        foreach (var member in Members)
            member.Write(writer);
        writer.EndArray();
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="CniException">Code 6: somebody has changed it.</exception>
    public static BondRecord Read(AttachmentRecord record)
    {
        var members = new List<BondMember>();
        foreach (var item in record.Fields.Objects("members"))
            members.Add(BondMember.Read(item));
        return new BondRecord(record.Fields.String("bond"), members);
    }

    /// <summary>What a configuration would have made, of a bond that nobody recorded (the original attached).</summary>
    /// <returns>Null where the configuration cannot have made anything.</returns>
    public static BondRecord? Guess(PluginContext context)
    {
        try
        {
            var members = new List<BondMember>();
            bool inContainer = context.Config.Bool("linksInContainer");
            foreach (string name in BondConfig.ReadLinks(context.Config))
                members.Add(new BondMember(name, !inContainer, Up: false, Mtu: 0, Mac: ""));
            return new BondRecord(BondConfig.ReadName(context), members);
        }
        catch (CniException)
        {
            return null;
        }
    }
}
