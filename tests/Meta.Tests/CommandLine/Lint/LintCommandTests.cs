using System.Text;
using System.Text.Json;
using MultiNet.Meta.CommandLine;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Lint;

namespace MultiNet.Meta.Tests.CommandLine.Lint;

/// <summary><c>multinet lint</c>: files in, findings with their places out.</summary>
public sealed class LintCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-lint-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static (int Code, string Output, string Error) Lint(params string[] args) => LintInput("", args);

    private static (int Code, string Output, string Error) LintInput(string input, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var command = new LintCommand(() => new MemoryStream(Encoding.UTF8.GetBytes(input)));
        int code = command.Run(ArgumentParser.Parse(command.Syntax, args), new CommandConsole(output, error));
        return (code, output.ToString(), error.ToString());
    }

    private const string Good = """
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata:
          name: storage
        spec:
          config: |
            {
              "cniVersion": "1.0.0",
              "name": "storage",
              "type": "bridge",
              "bridge": "br1",
              "vlan": 100
            }
        """;

    [Fact]
    public void GoodFiles_GiveNothing_AndExitCode0()
    {
        var (code, output, error) = Lint(Write("good.yaml", Good));
        Assert.Equal((0, ""), (code, output));
        Assert.Equal("0 errors, 0 warnings in 1 object of 1 file\n", error);
    }

    [Fact]
    public void Findings_NameFileLineAndColumn_InsideALiteralBlock()
    {
        string file = Write("bad.yaml", Good.Replace("100", "5000"));
        var (code, output, _) = Lint(file);
        Assert.Equal(1, code);
        Assert.Equal($"{file}:12:15: error: MN-BR-001: 5000 is no VLAN; allowed are 0, for none, to 4094 (NetworkAttachmentDefinition default/storage spec.config.vlan)\n", output);
    }

    [Fact]
    public void PoliciesAndNamespaces_AreComparedWithTheDefinitionsThatAreGiven()
    {
        string file = Write("policy.yaml", Good + """

            ---
            apiVersion: k8s.cni.cncf.io/v1beta2
            kind: MultiNetworkPolicy
            metadata:
              name: closed
              annotations:
                k8s.v1.cni.cncf.io/policy-for: storage, storrage
            spec:
              podSelector: {}
              ingress:
                - from:
                    - ipBlock:
                        cidr: 10.1.0.0/33
            ---
            apiVersion: v1
            kind: Namespace
            metadata:
              name: team
              annotations:
                multinet.io/default-networks: default/storage, other
            """);
        var (code, output, _) = Lint(file);
        Assert.Equal(1, code);
        Assert.Contains("warning: MN-MNP-001: the definition default/storrage is not among those given", output, StringComparison.Ordinal);
        Assert.Contains("error: MN-MNP-002: \"10.1.0.0/33\" is no network", output, StringComparison.Ordinal);
        Assert.Contains("warning: MN-NS-001: the definition team/other is not among those given", output, StringComparison.Ordinal);
        Assert.Equal(3, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("  config: '{\"cniVersion\": \"1.0.0\", \"name\": \"storage\", \"type\": \"bridge\", \"bridge\": \"br1\", \"vlan\": 5000}'", 6)]
    [InlineData("  config: \"{\\\"cniVersion\\\": \\\"1.0.0\\\", \\\"name\\\": \\\"storage\\\", \\\"type\\\": \\\"bridge\\\", \\\"bridge\\\": \\\"br1\\\", \\\"vlan\\\": 5000}\"", 6)]
    [InlineData("  config: >\n    {\"cniVersion\": \"1.0.0\", \"name\": \"storage\",\n    \"type\": \"bridge\", \"bridge\": \"br1\",\n    \"vlan\": 5000}", 9)]
    [InlineData("  config: '{\"cniVersion\": \"1.0.0\", \"name\": \"storage\",\n\n    \"type\": \"bridge\", \"bridge\": \"br1\",\n    \"vlan\": 5000}'", 9)]
    [InlineData("  config: &anchor |-\n    {\"cniVersion\": \"1.0.0\", \"name\": \"storage\",\n\n     \"type\": \"bridge\", \"bridge\": \"br1\",\n     \"vlan\": 5000}", 10)]
    [InlineData("  config: \"{\\\"cniVersion\\\": \\\"1.0.0\\\",\\n\\t \\\"name\\\": \\\"storage\\\", \\\"\\u0074ype\\\": \\\"bridge\\\", \\\"bridge\\\": \\\"br1\\\", \\\"vlan\\\": 5000}\"", 6)]
    public void Findings_PointToTheValue_InEachOfYamlsStyles(string config, int line)
    {
        string text = "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata:\n  name: storage\nspec:\n" + config + "\n";
        var (_, output, _) = Lint(Write("style.yaml", text), "-o", "json");
        var found = JsonDocument.Parse(output).RootElement.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("rule").GetString() == "MN-BR-001");
        Assert.Equal(line, found.GetProperty("line").GetInt32());
        Assert.StartsWith("5000", text.Split('\n')[line - 1][(found.GetProperty("column").GetInt32() - 1)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_PointToTheValue_InJson()
    {
        const string Text = """{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "störage"}, "spec": {"config": "{\"cniVersion\": \"1.0.0\", \"type\": \"bridge\",\n \"bridge\": \"br1\", \"vlan\": 5000}"}}""";
        var (_, output, _) = LintInput(Text, "-", "-o", "json");
        var found = JsonDocument.Parse(output).RootElement.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("rule").GetString() == "MN-BR-001");
        Assert.Equal("stdin", found.GetProperty("file").GetString());
        Assert.StartsWith("5000", Text[(found.GetProperty("column").GetInt32() - 1)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Pods_AreCheckedAgainstTheDefinitionsGivenWithThem()
    {
        Write("net.yaml", Good);
        string pod = Write("sub/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    k8s.v1.cni.cncf.io/networks: '[{\"name\": \"storage\", \"ips\": [\"10.1.0.5/24\"]}]'\n");
        var (code, output, _) = Lint(_folder.FullName);
        Assert.Equal(1, code);
        Assert.StartsWith($"{pod}:6:63: error: MN-POD-026: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Deployment", "  replicas: 2\n  template:\n    metadata:\n      annotations: {k8s.v1.cni.cncf.io/networks: 'storage@eth0'}\n", 8)]
    [InlineData("DaemonSet", "  template:\n    metadata:\n      annotations: {k8s.v1.cni.cncf.io/networks: 'storage@eth0'}\n", 7)]
    [InlineData("StatefulSet", "  template:\n    metadata:\n      annotations: {k8s.v1.cni.cncf.io/networks: 'storage@eth0'}\n", 7)]
    [InlineData("Job", "  template:\n    metadata:\n      annotations: {k8s.v1.cni.cncf.io/networks: 'storage@eth0'}\n", 7)]
    [InlineData("CronJob", "  jobTemplate:\n    spec:\n      template:\n        metadata:\n          annotations: {k8s.v1.cni.cncf.io/networks: 'storage@eth0'}\n", 9)]
    public void TemplatesOfPods_AreChecked(string kind, string spec, int line)
    {
        var (code, output, _) = LintInput($"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n{spec}", "-");
        Assert.Equal(1, code);
        Assert.StartsWith($"stdin:{line}:", output, StringComparison.Ordinal);
        Assert.Contains("error: MN-POD-008: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_MakeTheExitCode1_OnlyWhenAskedTo()
    {
        string file = Write("warn.yaml", Good.Replace("\"vlan\"", "\"vlanX\""));
        Assert.Equal(0, Lint(file).Code);
        Assert.Equal(1, Lint(file, "--strict").Code);
        Assert.Equal(1, Lint(file, "--profile", "strict").Code);
        Assert.Equal(0, Lint(file, "--strict", "--rules", "MN-NAD-030=off").Code);
    }

    [Theory]
    [InlineData("--rules", "MN-XX-999=off")]
    [InlineData("--rules", "MN-NAD-030=maybe")]
    [InlineData("--profile", "lenient")]
    public void Options_ThatMakeNoSense_AreMisuse(string option, string value) => Assert.Throws<MisuseException>(() => Lint("-", option, value));

    [Fact]
    public void Paths_ThatAreNotThere_AreMisuse() => Assert.Throws<MisuseException>(() => Lint(Path.Combine(_folder.FullName, "none.yaml")));

    [Fact]
    public void FilesThatCannotBeRead_AreFindings_BesideThoseOfTheOthers()
    {
        string broken = Write("a.yaml", "a: [\n");
        Write("b.yaml", Good.Replace("100", "5000"));
        var (code, output, _) = Lint(_folder.FullName);
        Assert.Equal(1, code);
        Assert.StartsWith(broken + ":", output, StringComparison.Ordinal);
        Assert.Contains("error: MN-FILE-001: ", output, StringComparison.Ordinal);
        Assert.Contains("MN-BR-001", output, StringComparison.Ordinal);
    }

    [Fact]
    public void AnnotationsThatAreNoStrings_AreFindings()
    {
        var (code, output, _) = LintInput("apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    k8s.v1.cni.cncf.io/networks: [{name: storage}]\n", "-");
        Assert.Equal(1, code);
        Assert.StartsWith("stdin:6:34: error: MN-FILE-002: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Sarif_HasRulesAndPlaces()
    {
        string file = Write("bad one.yaml", Good.Replace("100", "5000"));
        var (code, output, _) = Lint(file, "-o", "sarif");
        Assert.Equal(1, code);
        var run = JsonDocument.Parse(output).RootElement.GetProperty("runs")[0];
        Assert.Equal("MN-BR-001", run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[0].GetProperty("id").GetString());
        var result = Assert.Single(run.GetProperty("results").EnumerateArray());
        Assert.Equal("error", result.GetProperty("level").GetString());
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("file://" + file.Replace(" ", "%20"), place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal((12, 15), (place.GetProperty("region").GetProperty("startLine").GetInt32(), place.GetProperty("region").GetProperty("startColumn").GetInt32()));
    }

    [Fact]
    public void OurOwnExamples_HaveNoErrors()
    {
        var (code, output, _) = Lint(Path.GetFullPath(Path.Combine(SourceFolder(), "../../../../examples")));
        Assert.True(code == 0, output);
    }

    [Fact]
    public void AnyBytes_AreAnswered()
    {
        var random = new Random(5);
        byte[] good = Encoding.UTF8.GetBytes(Good + "\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    k8s.v1.cni.cncf.io/networks: |\n      [{\"name\": \"storage\"}]\n");
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int n = random.Next(1, 8); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(i % 2 == 0 ? 256 : 127);
            var report = new Linter(Validation.ValidationOptions.Default).Run([LintSource.ReadStandardInput(bytes)]);
            Assert.InRange(report.Findings.Count, 0, 1000);
        }
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private const string ForeignPod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          namespace: team
          annotations:
            k8s.v1.cni.cncf.io/networks: other/net1
            v1.multus-cni.io/default-network: host
        """;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2, "--namespace-isolation")]
    [InlineData(1, 1, "--namespace-isolation", "--global-namespaces", "default,other")]
    [InlineData(1, 1, "--namespace-isolation", "--multus-namespace", "team")]
    public void Isolation_IsJudgedAsTheOptionsSay(int exitCode, int errors, params string[] options)
    {
        var (code, output, _) = Lint([Write("pod.yaml", ForeignPod), .. options]);
        Assert.Equal((exitCode, errors), (code, output.Split("MN-POD-024").Length - 1));
    }

    [Fact]
    public void Isolation_IsJudgedAsMultinetsConfigurationSays()
    {
        string config = Write("multinet.conf", """{"cniVersion": "1.0.0", "name": "m", "type": "multinet", "clusterNetwork": "cbr0", "namespaceIsolation": true, "globalNamespaces": "other"}""");
        var (code, output, _) = Lint(Write("pod.yaml", ForeignPod), "--config", config);
        Assert.Equal(1, code);
        Assert.Contains("kube-system/host", output, StringComparison.Ordinal);
        Assert.DoesNotContain("other/net1", output, StringComparison.Ordinal);
    }

    [Fact]
    public void WebhooksConfiguration_IsThatOfLint()
    {
        string config = Write("webhook.json", """
            {"listen": ":8443", "validation": {"profile": "strict", "rules": {"MN-BR-001": "warn"}, "namespaceIsolation": true, "globalNamespaces": ["other"], "multusNamespace": "team"}}
            """);
        Assert.Equal(0, Lint(Write("pod.yaml", ForeignPod), "--webhook-config", config).Code);
        string bad = Write("bad.yaml", Good.Replace("100", "5000"));
        Assert.Equal(0, Lint(bad, "--webhook-config", config).Code);
        Assert.Equal(1, Lint(bad, "--webhook-config", config, "--rules", "MN-BR-001=deny").Code);
        string misspelt = Write("misspelt.yaml", Good.Replace("\"vlan\"", "\"vlanID\""));
        Assert.Equal((0, 1, 0), (Lint(misspelt).Code, Lint(misspelt, "--webhook-config", config).Code, Lint(misspelt, "--webhook-config", config, "--profile", "standard").Code));
    }

    [Fact]
    public void WebhooksConfiguration_IsRefusedWhereItIsWrong()
    {
        var e = Assert.Throws<MultiNet.Cni.CniException>(() => Lint(Write("good.yaml", Good), "--webhook-config", Write("webhook.json", """{"validation": {"profil": "strict"}}""")));
        Assert.Contains("did you mean profile?", e.Message, StringComparison.Ordinal);
    }
}
