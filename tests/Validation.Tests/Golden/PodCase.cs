using MultiNet.Networks;

namespace MultiNet.Validation.Tests.Golden;

/// <summary>What a rule for pods accepts and what it does not.</summary>
internal sealed record PodCase(string Rule, PodInput Accepted, params PodInput[] Rejected)
{
    public bool IsWarning { get; init; }

    public override string ToString() => Rule;
}

/// <summary>A pod of a golden case: its annotation, and what else matters.</summary>
internal sealed record PodInput(string Networks)
{
    public string DefaultNetwork { get; init; } = "";

    public Func<PodUnderReview, PodUnderReview> With { get; init; } = pod => pod;

    public ValidationOptions Options { get; init; } = ValidationOptions.Default;

    public IClusterKnowledge? Cluster { get; init; }

    public PodUnderReview Pod => With(new PodUnderReview
    {
        Namespace = "default", Name = "web",
        Annotations = new Dictionary<string, string> { [AnnotationKeys.Networks] = Networks, [AnnotationKeys.DefaultNetwork] = DefaultNetwork },
    });

    public ValidationReport Validate() => new PodValidator(Options).Validate(Pod, Cluster);

    public static implicit operator PodInput(string networks) => new(networks);
}
