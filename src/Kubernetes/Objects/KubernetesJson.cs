using System.Text.Json;
using System.Text.Json.Serialization;

namespace MultiNet.Kubernetes;

/// <summary>How the objects stand in JSON; made at compile time, without reflection.</summary>
/// <remarks>
/// Such code gives members that are missing in the JSON their type's default, whatever they were initialised with: hence the getters that
/// never return null.
/// </remarks>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 64)]
[JsonSerializable(typeof(ObjectList<Pod>))]
[JsonSerializable(typeof(ObjectList<NetworkAttachmentDefinition>))]
[JsonSerializable(typeof(ObjectList<Namespace>))]
[JsonSerializable(typeof(ObjectList<Node>))]
[JsonSerializable(typeof(ObjectList<Event>))]
[JsonSerializable(typeof(ObjectList<ResourceClaim>))]
[JsonSerializable(typeof(ObjectList<ResourceSlice>))]
[JsonSerializable(typeof(ObjectList<Lease>))]
[JsonSerializable(typeof(ObjectList<Secret>))]
[JsonSerializable(typeof(ObjectList<WebhookConfiguration>))]
[JsonSerializable(typeof(ObjectList<Workload>))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class KubernetesJson : JsonSerializerContext;
