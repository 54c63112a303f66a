using System.Text.Json;
using MultiNet.Kubernetes;
using MultiNet.Validation;
using MultiNet.Webhook.Admission;
using MultiNet.Webhook.Configuration;
using MultiNet.Webhook.Knowledge;
using NetworkAttachmentDefinition = MultiNet.Networks.NetworkAttachmentDefinition;

namespace MultiNet.Webhook.Tests.Admission;

/// <summary>A pod that comes right behind its definition is not refused because the watch is behind.</summary>
public sealed class LateDefinitionTests
{
    private static async Task<(AdmissionDecision Decision, IReadOnlyList<ObjectKey> Asked)> ReviewAsync(Review review, bool isThere)
    {
        var knowledge = new BehindKnowledge(isThere);
        var settings = new ReviewSettings(new WebhookConfig());
        using var document = JsonDocument.Parse(review.ToJson());
        var request = AdmissionReviewReader.Read(document.RootElement);
        var reviewer = await new Reviewer(knowledge).ForAsync(request, settings, CancellationToken.None);
        return (reviewer.Validate(request, settings), knowledge.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NewPod_HasItsDefinitionsAskedFor(bool isThere)
    {
        var (decision, asked) = await ReviewAsync(Review.Pod("blue, other/red"), isThere);
        Assert.Equal([new ObjectKey("team", "blue"), new ObjectKey("other", "red")], asked);
        Assert.Equal(isThere, decision.IsAllowed);
    }

    [Fact]
    public async Task ChangedPod_IsNotRefusedForWhatWasMissingBefore()
    {
        var (decision, asked) = await ReviewAsync(Review.Pod("blue").Updating(Review.PodObject("blue")), isThere: false);
        Assert.Empty(asked);
        Assert.True(decision.IsAllowed);
    }

    private sealed class BehindKnowledge(bool isThere, bool isAsked = false) : IWebhookKnowledge
    {
        public List<ObjectKey> Asked { get; } = [];

        public IReadOnlyList<string> NotSynced => [];

        public bool KnowsDefinitions => true;

        public bool KnowsAllDefinitions => true;

        public IEnumerable<NetworkAttachmentDefinition> Definitions => [];

        public bool KnowsPods => false;

        public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) => isAsked && isThere ? new NetworkAttachmentDefinition { Namespace = @namespace, Name = name } : null;

        public IEnumerable<HeldAttachment> AttachmentsOf(string network) => [];

        public ValueTask<IWebhookKnowledge> WithAsync(IReadOnlyList<ObjectKey> wanted, CancellationToken cancellationToken)
        {
            Asked.AddRange(wanted);
            return new(new BehindKnowledge(isThere, isAsked: true));
        }
    }
}
