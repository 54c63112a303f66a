using System.Text.Json;
using System.Text.Json.Nodes;
using MultiNet.Networks;
using MultiNet.Validation;
using MultiNet.Webhook.Admission;
using MultiNet.Webhook.Configuration;
using MultiNet.Webhook.Knowledge;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Tests.Admission;

/// <summary>Policies for networks and namespaces, where the webhook is registered for them; workloads that name a definition which is deleted.</summary>
public sealed class MoreKindsTests
{
    private static async Task<AdmissionDecision> ReviewAsync(Review review, IWebhookKnowledge? knowledge = null, WebhookConfig? config = null)
    {
        var settings = new ReviewSettings(config ?? new WebhookConfig());
        using var document = JsonDocument.Parse(review.ToJson());
        var request = AdmissionReviewReader.Read(document.RootElement);
        return (await new Reviewer(knowledge).ForAsync(request, settings, CancellationToken.None)).Validate(request, settings);
    }

    private static Review Policy(string networks, string cidr, string version = "v1beta2") => new()
    {
        Group = "k8s.cni.cncf.io", Version = version, Resource = "multi-networkpolicies", Kind = "MultiNetworkPolicy", Name = "policy",
        Object = PolicyObject(networks, cidr),
    };

    private static JsonObject PolicyObject(string networks, string cidr) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "policy", ["annotations"] = new JsonObject { ["k8s.v1.cni.cncf.io/policy-for"] = networks } },
        ["spec"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["from"] = new JsonArray(new JsonObject { ["ipBlock"] = new JsonObject { ["cidr"] = cidr } }) }) },
    };

    private static Review Space(string networks) => new()
    {
        Resource = "namespaces", Kind = "Namespace", Namespace = "team", Name = "team",
        Object = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "team", ["annotations"] = new JsonObject { [AnnotationKeys.DefaultNetworks] = networks } } },
    };

    private static WebhookConfig Mutating { get; } = new() { Mutation = new MutationOptions { Enabled = true } };

    [Theory]
    [InlineData("v1beta1")]
    [InlineData("v1beta2")]
    public async Task Policy_IsRefused_ForWhatNothingCanApply_AndWarnedAboutForWhatIsNotThere(string version)
    {
        var refused = await ReviewAsync(Policy("blue", "10.1.0.0/33", version), new FakeKnowledge().WithNamespace("team"));
        Assert.Equal("MN-MNP-002", Assert.Single(refused.Errors).Rule);
        Assert.Equal("spec.ingress[0].from[0].ipBlock.cidr", refused.Errors[0].FullPath);
        Assert.Equal("MN-MNP-001", Assert.Single(refused.Warnings).Rule);
    }

    [Fact]
    public async Task ChangedPolicy_IsNotRefused_ForWhatItHad() =>
        Assert.Empty((await ReviewAsync(Policy("blue", "10.1.0.0/33").Updating(PolicyObject("blue", "10.1.0.0/33")))).Errors);

    [Fact]
    public async Task Policy_RightBehindItsDefinition_IsNotWarnedAbout()
    {
        var knowledge = new AskedKnowledge();
        Assert.Empty((await ReviewAsync(Policy("blue, other/red", "10.1.0.0/16"), knowledge)).Warnings);
        Assert.Equal(["team/blue", "other/red"], knowledge.Asked);
    }

    [Fact]
    public async Task Namespace_IsWarnedAbout_AndNeverRefused()
    {
        var deny = Mutating with { Validation = new ValidationOptions { Policy = new ValidationPolicy { Rules = new Dictionary<string, RuleAction> { ["MN-NS-001"] = RuleAction.Deny } } } };
        foreach (var config in (WebhookConfig[])[Mutating, deny])
        {
            var decision = await ReviewAsync(Space("""[{"name": }]"""), config: config);
            Assert.Empty(decision.Errors);
            Assert.Equal("MN-NS-001", Assert.Single(decision.Warnings).Rule);
        }
    }

    [Fact]
    public async Task Namespace_IsNotLookedAt_WhereItsAnnotationHasNoMeaning() => Assert.Empty((await ReviewAsync(Space("[}"))).Warnings);

    [Fact]
    public async Task Deletion_TellsOfWorkloads_ThatTheApiServerWasAskedFor()
    {
        var deletion = Review.Definition(null) with { Operation = "DELETE", Object = null, OldObject = Review.DefinitionObject("{}") };
        var decision = await ReviewAsync(deletion, new AskedKnowledge());
        Assert.Equal("MN-DEL-002", Assert.Single(decision.Warnings).Rule);
        Assert.Contains(decision.Skipped, reason => reason == "MN-DEL-002: CronJobs may not be listed");
    }

    [Theory]
    [InlineData("system:serviceaccount:kube-system:namespace-controller", false)]
    [InlineData("jane", true)]
    public async Task Deletion_ByWhoIsNeverHeldUp_AsksNobody(string user, bool terminating)
    {
        var knowledge = new AskedKnowledge { IsTerminating = terminating };
        var deletion = Review.Definition(null) with { Operation = "DELETE", Object = null, OldObject = Review.DefinitionObject("{}"), User = user };
        Assert.Empty((await ReviewAsync(deletion, knowledge)).Warnings);
        Assert.Empty(knowledge.Asked);
    }

    private sealed class AskedKnowledge : IWebhookKnowledge
    {
        private bool _knows;
        private TemplateUse? _templates;

        public List<string> Asked { get; init; } = [];

        public bool IsTerminating { get; init; }

        public IReadOnlyList<string> NotSynced => [];

        public bool KnowsDefinitions => true;

        public bool KnowsAllDefinitions => true;

        public IEnumerable<NetworkAttachmentDefinition> Definitions => [];

        public bool KnowsPods => true;

        public bool KnowsNamespaces => true;

        public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) => _knows ? new NetworkAttachmentDefinition { Namespace = @namespace, Name = name } : null;

        public NamespaceFacts? FindNamespace(string name) => new(name, IsTerminating, new Dictionary<string, string>(), new Dictionary<string, string>());

        public IEnumerable<HeldAttachment> AttachmentsOf(string network) => [];

        public TemplateUse? TemplatesNaming(string network) => _templates;

        public ValueTask<IWebhookKnowledge> WithAsync(IReadOnlyList<Kubernetes.ObjectKey> wanted, CancellationToken cancellationToken)
        {
            Asked.AddRange(wanted.Select(key => $"{key.Namespace}/{key.Name}"));
            return new(new AskedKnowledge { Asked = Asked, _knows = true });
        }

        public ValueTask<IWebhookKnowledge> WithWorkloadsAsync(CancellationToken cancellationToken)
        {
            Asked.Add("workloads");
            return new(new AskedKnowledge { Asked = Asked, _templates = new TemplateUse(1, ["CronJob team/nightly"], "CronJobs may not be listed") });
        }
    }
}
