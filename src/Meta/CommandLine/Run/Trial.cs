using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>What a <c>multinet run</c> has made or is about to make: enough to take it down without the manifests.</summary>
internal sealed record Trial
{
    /// <summary>Is it in the machine's own network namespace, without a node of its own?</summary>
    public required bool OnHost { get; init; }

    /// <summary>The configuration under which the pods were attached.</summary>
    public required ReadOnlyMemory<byte> Config { get; init; }

    /// <summary>The pods' sandboxes.</summary>
    public required IReadOnlyList<PodSandbox> Sandboxes { get; init; }

    /// <summary>The bridges that were there before, on the host: they are not the trial's to remove.</summary>
    public IReadOnlyList<string> BridgesBefore { get; init; } = [];

    /// <summary>Was there no <c>/var/lib/cni</c> before, so that it goes again?</summary>
    public bool MadePlaceOfState { get; init; }

    /// <summary>Reads the trial of a folder; null where there is none.</summary>
    /// <exception cref="CniException">The file cannot be read.</exception>
    public static Trial? Read(TrialFolder folder)
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(folder.TrialFile);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{folder.TrialFile}: {e.Message}", "", e);
        }
        var fields = JsonFields.Parse(json, folder.TrialFile);
        var sandboxes = new List<PodSandbox>();
        foreach (var pod in fields.Objects("pods"))
            sandboxes.Add(new PodSandbox(pod.String("namespace"), pod.String("name"), pod.String("containerId"), pod.String("netns")));
        return new Trial
        {
            OnHost = fields.Bool("onHost"),
            Config = JsonMarshal.GetRawUtf8Value(fields.Object("config").Element).ToArray(),
            Sandboxes = sandboxes,
            MadePlaceOfState = fields.Bool("madePlaceOfState"),
            BridgesBefore = fields.Strings("bridgesBefore"),
        };
    }

    /// <summary>Writes the trial down, all or nothing.</summary>
    /// <exception cref="CniException">It cannot be written.</exception>
    public void Write(TrialFolder folder)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("onHost", OnHost);
            json.WriteBoolean("madePlaceOfState", MadePlaceOfState);
            json.WriteStartArray("pods");
            foreach (var sandbox in Sandboxes)
            {
                json.WriteStartObject();
                json.WriteString("namespace", sandbox.Namespace);
                json.WriteString("name", sandbox.Name);
                json.WriteString("containerId", sandbox.ContainerId);
                json.WriteString("netns", sandbox.NetNs);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("bridgesBefore");
            foreach (string bridge in BridgesBefore)
                json.WriteStringValue(bridge);
            json.WriteEndArray();
            json.WritePropertyName("config");
            json.WriteRawValue(Config.Span, skipInputValidation: true);
            json.WriteEndObject();
        }
        try
        {
            File.WriteAllBytes(folder.TrialFile + ".tmp", buffer.WrittenSpan);
            File.Move(folder.TrialFile + ".tmp", folder.TrialFile, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{folder.TrialFile}: {e.Message}", "", e);
        }
    }
}
