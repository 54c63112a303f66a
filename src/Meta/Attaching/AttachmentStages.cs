using MultiNet.Meta.Planning;

namespace MultiNet.Meta.Attaching;

/// <summary>
/// Cuts a plan into stages that run one after the other. A stage has lanes that may run side by side; the attachments of one lane
/// run in order. The default network is a stage of its own; so is every attachment that may not run beside others.
/// </summary>
internal static class AttachmentStages
{
    public static List<List<List<PlannedAttachment>>> Of(IReadOnlyList<PlannedAttachment> attachments)
    {
        var stages = new List<List<List<PlannedAttachment>>>();
        bool open = false;
        foreach (var attachment in attachments)
        {
            if (!attachment.MayRunInParallel || !open)
                stages.Add([]);
            AddToLane(stages[^1], attachment);
            open = attachment.MayRunInParallel;
        }
        return stages;
    }

    // Two attachments of one network share its state, such as the pool of addresses: in one lane they get what they would get
    // one after the other.
    private static void AddToLane(List<List<PlannedAttachment>> lanes, PlannedAttachment attachment)
    {
        var lane = lanes.Find(l => l[0].Config.Name == attachment.Config.Name);
        if (lane is null)
            lanes.Add([attachment]);
        else
            lane.Add(attachment);
    }
}
