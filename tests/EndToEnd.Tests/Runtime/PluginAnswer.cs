using System.Text.Json;
using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.Runtime;

/// <summary>What a plugin answered: an exit code, and on its standard output a result or an error object.</summary>
internal sealed record PluginAnswer(int ExitCode, string Output, string Stderr)
{
    /// <summary>An answer that ends a command in which no plugin failed.</summary>
    public static PluginAnswer Empty { get; } = new(0, "", "");

    /// <summary>True for exit code 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>The result or error object.</summary>
    /// <exception cref="InvalidOperationException">The output is not a JSON object.</exception>
    public JsonObject Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Output)!.AsObject();
            }
            catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException)
            {
                throw new InvalidOperationException($"no JSON object on stdout: {this}", e);
            }
        }
    }

    /// <summary>The error's code.</summary>
    public int ErrorCode => Json["code"]!.GetValue<int>();

    /// <summary>The error's message.</summary>
    public string ErrorMessage => Json["msg"]!.GetValue<string>();

    /// <inheritdoc/>
    public override string ToString() => $"exit code {ExitCode}\nstdout: {Output}\nstderr: {Stderr}";

    /// <summary>This answer, if it is a success.</summary>
    public PluginAnswer MustSucceed() => Succeeded ? this : throw new InvalidOperationException($"the plugin failed: {this}");

    /// <summary>This answer, if it is an error that says so by a CNI error object.</summary>
    public PluginAnswer MustFail() => !Succeeded && Json["code"] is not null ? this : throw new InvalidOperationException($"no CNI error: {this}");
}
