using System.Text;
using MultiNet.Cni.Json;

namespace MultiNet.Cni;

public static partial class PluginHost
{
    /// <summary>A longer standard input than this many bytes is refused (code 5).</summary>
    public const int MaxInput = 16 * 1024 * 1024;

    /// <summary>Runs a plugin as a process of its own: environment and standard input in, standard output and exit code out.</summary>
    /// <returns>The exit code: 0 or 1.</returns>
    public static int Run(IPlugin plugin, IPluginInvoker invoker) => Run(
        plugin, invoker, Environment.GetEnvironmentVariable, new DescriptorStream(0), new DescriptorStream(1), new DescriptorStream(2));

    /// <summary>The same over given streams and a given environment.</summary>
    /// <returns>The exit code: 0 or 1.</returns>
    public static int Run(
        IPlugin plugin, IPluginInvoker invoker, Func<string, string?> environment, Stream input, Stream output, Stream errors)
    {
        ReadOnlyMemory<byte> config = default;
        try
        {
            return Answer(plugin, invoker, environment, input, output, errors, ref config);
        }
        catch (CniException e)
        {
            TryWrite(output, Print(e, VersionOf(config)));
        }
        catch (Exception e)
        {
            TryWrite(output, Print(Unexpected(e, plugin.Type), VersionOf(config)));
        }
        return 1;
    }

    /// <summary>
    /// The error object of the specification, printed as the reference does, with <c>cniVersion</c>, which it leaves out. Control characters
    /// become escapes, and what is too long is cut.
    /// </summary>
    /// <param name="error">The error.</param>
    /// <param name="version">The configuration's version.</param>
    public static byte[] Print(CniException error, string version)
    {
        var writer = new GoJsonWriter(indented: true);
        writer.BeginObject();
        writer.Name("cniVersion");
        writer.String(version);
        writer.Name("code");
        writer.Number((uint)error.Code);
        writer.Name("msg");
        writer.String(Shortened.Text(error.Message, MaxMessage));
        writer.StringUnlessEmpty("details", Shortened.Text(error.Details, MaxDetails));
        writer.EndObject();
        return writer.Written.ToArray();
    }

    private static int Answer(
        IPlugin plugin, IPluginInvoker invoker, Func<string, string?> environment, Stream input, Stream output, Stream errors, ref ReadOnlyMemory<byte> config)
    {
        string command = environment("CNI_COMMAND") ?? "";
        if (command.Length == 0)
        {
            if (plugin.About.Length == 0)
                throw new CniException(CniErrorCode.InvalidEnvironmentVariables, "required env variables [CNI_COMMAND] missing");
            TryWrite(errors, Encoding.UTF8.GetBytes($"{plugin.About}\nCNI protocol versions supported: {string.Join(", ", plugin.SupportedVersions)}\n"));
            return 0;
        }
        var call = CallEnvironment.Read(command, environment);
        if (call.Verb == CniVerb.Version)
            return TryWrite(output, PrintVersions(plugin)) ? 0 : 1;

        config = ReadAll(input);
        var result = Invoke(plugin, call with { Config = config }, invoker, environment);
        if (result is null)
            return 0;
        return TryWrite(output, CniResultWriter.Write(result, result.CniVersion)) ? 0 : 1;
    }

    private static byte[] PrintVersions(IPlugin plugin)
    {
        var writer = new GoJsonWriter(indented: false);
        writer.BeginObject();
        writer.Name("cniVersion");
        writer.String(CniVersion.Latest);
        writer.StringsUnlessEmpty("supportedVersions", plugin.SupportedVersions);
        writer.EndObject();
        return [.. writer.Written, (byte)'\n'];
    }

    // For error objects only, so it never fails; the call itself judges the configuration.
    private static string VersionOf(ReadOnlyMemory<byte> config)
    {
        if (config.IsEmpty)
            return CniVersion.Latest;
        try
        {
            string version = CniVersion.OrDefault(JsonFields.Parse(config, "network configuration").String("cniVersion"));
            return CniVersion.IsKnown(version) ? version : CniVersion.Latest;
        }
        catch (CniException)
        {
            return CniVersion.Latest;
        }
    }

    private static ReadOnlyMemory<byte> ReadAll(Stream input)
    {
        try
        {
            byte[] buffer = new byte[8192];
            int length = 0;
            while (true)
            {
                int read = input.Read(buffer, length, buffer.Length - length);
                if (read == 0)
                    return buffer.AsMemory(0, length);
                length += read;
                if (length > MaxInput)
                    throw new CniException(CniErrorCode.IOFailure, $"error reading from stdin: longer than {MaxInput} bytes");
                if (length == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
        catch (Exception e) when (e is not CniException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"error reading from stdin: {e.Message}", "", e);
        }
    }

    // A caller that has closed its end wants no answer; the exit code says the rest.
    private static bool TryWrite(Stream stream, byte[] bytes)
    {
        try
        {
            stream.Write(bytes);
            stream.Flush();
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or NotSupportedException)
        {
            return false;
        }
    }
}
