using MultiNet.Cni;
using MultiNet.Delegates;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Output;

namespace MultiNet.Meta.CommandLine.State;

/// <summary><c>multinet version</c>.</summary>
internal sealed class VersionCommand : ICommand
{
    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "version", "print the version, the supported CNI versions and the built-in plugins", [OptionSyntax.Output]);

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        if (arguments.WantsJson)
            JsonOutput.Write(console.Out, WriteJson);
        else
        {
            console.Out.Write($"{ProgramVersion.Of("multinet")}\n");
            console.Out.Write($"CNI versions: {string.Join(", ", CniVersion.All)}\n");
            console.Out.Write($"built-in plugins: {string.Join(", ", BuiltinPlugins.Types)}\n");
        }
        return ExitCode.Ok;
    }

    private static void WriteJson(System.Text.Json.Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("version", ProgramVersion.Version);
        json.WriteString("commit", ProgramVersion.Commit);
        json.WriteStartArray("cniVersions");
        foreach (string version in CniVersion.All)
            json.WriteStringValue(version);
        json.WriteEndArray();
        json.WriteStartArray("builtinPlugins");
        foreach (string type in BuiltinPlugins.Types)
            json.WriteStringValue(type);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
