using System.Text.Json;
using MultiNet.Meta.CommandLine;

namespace MultiNet.Meta.Tests.CommandLine;

/// <summary>A call of the command line within the test's process.</summary>
internal sealed record CommandLineCall(int ExitCode, string Output, string Error)
{
    public static CommandLineCall Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLineProgram.Run(args, output, error);
        return new CommandLineCall(code, output.ToString(), error.ToString());
    }

    public JsonElement Json() => JsonDocument.Parse(Output).RootElement;
}
