namespace MultiNet.Validation.Tests.Golden;

/// <summary>A golden case of each rule for definitions.</summary>
internal static partial class DefinitionCases
{
    public static IReadOnlyList<DefinitionCase> All { get; } = [.. Envelope(), .. Values(), .. Interfaces(), .. Devices(), .. Chained(), .. Ipam()];

    private const string Pool = """{"type": "host-local", "subnet": "10.1.0.0/16"}""";

    private static DefinitionInput Bridge(string keys, string top = "") =>
        $$"""{"cniVersion": "1.0.0", "name": "net", "type": "bridge", "bridge": "br1"{{(keys.Length > 0 ? ", " + keys : "")}}{{(top.Length > 0 ? ", " + top : "")}}}""";

    private static DefinitionInput Single(string type, string keys, string ipam = "") =>
        $$"""{"cniVersion": "1.0.0", "name": "net", "type": "{{type}}"{{(keys.Length > 0 ? ", " + keys : "")}}{{(ipam.Length > 0 ? $", \"ipam\": {ipam}" : "")}}}""";

    private static DefinitionInput Chain(string type, string keys, string first = """{"type": "bridge", "bridge": "br1"}""", string version = "1.0.0") =>
        $$"""{"cniVersion": "{{version}}", "name": "net", "plugins": [{{first}}, {"type": "{{type}}"{{(keys.Length > 0 ? ", " + keys : "")}}}]}""";

    private static DefinitionInput WithIpam(string ipam) => Bridge($"\"ipam\": {ipam}");

    private static DefinitionCase Warn(string rule, DefinitionInput accepted, params DefinitionInput[] rejected) => new("MN-" + rule, accepted, rejected) { IsWarning = true };

    private static DefinitionCase Deny(string rule, DefinitionInput accepted, params DefinitionInput[] rejected) => new("MN-" + rule, accepted, rejected);
}
