using System.Text.Json.Serialization;

namespace MultiNet.Meta.NodeDaemon;

/// <summary>The protocol's JSON, made at compile time. Members that are missing in the JSON come as null: hence getters with <c>field ??</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, MaxDepth = 16)]
[JsonSerializable(typeof(DaemonRequest))]
[JsonSerializable(typeof(DaemonAnswer))]
internal sealed partial class DaemonJson : JsonSerializerContext;
