using MultiNet.Cni.Exec;
using MultiNet.Cni.Json;

namespace MultiNet.Cni;

// What an executed plugin answered: its result, or why there is none.
public sealed partial class ExecPluginInvoker
{
    private const int Shown = 1024;

    private static CniResult ReadResult(string executable, CniCall call, ExecOutcome outcome)
    {
        try
        {
            return CniResultReader.Read(outcome.Output, VersionOf(call.Config), "result");
        }
        catch (CniException e)
        {
            throw new CniException(
                e.Code, $"netplugin {Path.GetFileName(executable)} succeeded but its result is invalid: {e.Message}",
                outcome.Output.IsEmpty ? $"{executable} printed nothing on its standard output" : $"{executable} printed \"{Shortened.Bytes(outcome.Output.Span, Shown)}\"", e);
        }
    }

    // A result without a version is of the configuration's.
    private static string VersionOf(ReadOnlyMemory<byte> config)
    {
        try
        {
            return JsonFields.Parse(config, "network configuration").String("cniVersion");
        }
        catch (CniException)
        {
            return "";
        }
    }

    private static CniException PluginError(string executable, CniCall call, ExecOutcome outcome)
    {
        string end = outcome.Describe();
        string errors = Shortened.Bytes(outcome.Errors.Span.Trim(" \t\r\n"u8), Shown);
        var output = outcome.Output.Span.Trim(" \t\r\n"u8);
        if (outcome.End is ExecEnd.DeadlinePassed or ExecEnd.TooMuchOutput)
        {
            return new CniException(
                CniErrorCode.Internal, $"netplugin {Path.GetFileName(executable)} did not answer {CniVerbName.Of(call.Verb)}: {end}",
                $"{executable}: standard output \"{Shortened.Bytes(output, Shown)}\", standard error \"{errors}\"");
        }
        if (output.IsEmpty)
        {
            return errors.Length == 0
                ? new CniException(CniErrorCode.Internal, $"netplugin failed with no error message: {end}", executable)
                : new CniException(CniErrorCode.Internal, $"netplugin failed: \"{errors}\": {end}", executable);
        }
        try
        {
            var fields = JsonFields.Parse(outcome.Output, "error");
            ulong code = fields.NullableULong("code") ?? 0;
            string message = fields.String("msg"), details = fields.String("details");
            if (message.Length == 0)
                message = $"netplugin {Path.GetFileName(executable)} failed without a message: {end}";
            // 0 is no error's code; a plugin that names none is taken for one with a failure of its own.
            return new CniException(code == 0 ? CniErrorCode.Internal : (CniErrorCode)(uint)Math.Min(code, uint.MaxValue), message, details);
        }
        catch (CniException e)
        {
            return new CniException(
                CniErrorCode.Internal,
                $"netplugin failed but error parsing its diagnostic message \"{Shortened.Bytes(output, Shown)}\": {e.Message}",
                errors.Length == 0 ? $"{executable}: {end}" : $"{executable}: {end}, standard error \"{errors}\"", e);
        }
    }
}
