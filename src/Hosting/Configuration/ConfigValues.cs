using System.Net;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Hosting.Logging;
using MultiNet.Networks;

namespace MultiNet.Hosting.Configuration;

/// <summary>
/// Reads values of a daemon's configuration. A key that is not known is refused, so is a value out of its range: a slip must not leave
/// something half configured. Every refusal is a <see cref="CniException"/> of code 7 that says where, what was found and what is allowed.
/// </summary>
internal static class ConfigValues
{
    private const int LargestFile = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="CniException">Code 5: it cannot be read. Code 7: it is too long. Whatever <paramref name="read"/> throws.</exception>
    public static T Load<T>(string path, Func<ReadOnlyMemory<byte>, string, T> read)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > LargestFile)
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{path}: {file.Length} bytes; at most {LargestFile} are read");
            return read(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{path}: cannot be read: {e.Message}", "", e);
        }
    }

    /// <inheritdoc cref="StrictKeys.RefuseUnknown"/>
    public static void RefuseUnknown(JsonFields fields, params string[] known) => StrictKeys.RefuseUnknown(fields, known);

    /// <summary>A number within bounds.</summary>
    public static int Number(JsonFields fields, string key, int fallback, int least, int most)
    {
        int value = fields.Int(key, fallback);
        return value >= least && value <= most
            ? value
            : throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf(key)}: {value} is not between {least} and {most}");
    }

    /// <summary>Seconds within bounds.</summary>
    public static TimeSpan Seconds(JsonFields fields, string key, TimeSpan fallback, int least, int most) =>
        TimeSpan.FromSeconds(Number(fields, key, (int)fallback.TotalSeconds, least, most));

    /// <summary>An absolute path; empty only where the text, or the fallback, is.</summary>
    public static string AbsolutePath(JsonFields fields, string key, string fallback)
    {
        string path = fields.String(key, fallback);
        if (path.Length == 0)
            return path;
        foreach (char c in path)
        {
            if (char.IsControl(c))
                throw Invalid(fields.PathOf(key), path, "no path", "it holds a control character");
        }
        return path[0] == '/' ? path : throw Invalid(fields.PathOf(key), path, "no absolute path", "expected a path that begins with /");
    }

    /// <summary>An address and port to listen on. <c>:8443</c> is every address of both families.</summary>
    /// <param name="fields">The object.</param>
    /// <param name="key">The key.</param>
    /// <param name="example">An example for the message.</param>
    /// <param name="mayBeOff">Is <c>off</c> allowed?</param>
    /// <returns>Null for <c>off</c>.</returns>
    public static IPEndPoint? EndPoint(JsonFields fields, string key, string example, bool mayBeOff)
    {
        string text = fields.String(key);
        if (mayBeOff && text == "off")
            return null;
        return IPEndPoint.TryParse(text.StartsWith(':') ? "[::]" + text : text, out var found) && found.Port > 0
            ? found
            : throw Invalid(
                fields.PathOf(key), text, "no address to listen on",
                $"expected an address with a port, such as \"{example}\" or \"[::]:{example[(example.LastIndexOf(':') + 1)..]}\"{(mayBeOff ? ", or \"off\"" : "")}");
    }

    /// <summary>A level of the log.</summary>
    public static DaemonLogLevel LogLevel(JsonFields fields, string key, DaemonLogLevel fallback) => fields.String(key) switch
    {
        "" => fallback,
        "debug" => DaemonLogLevel.Debug,
        "info" => DaemonLogLevel.Info,
        "warning" => DaemonLogLevel.Warning,
        "error" => DaemonLogLevel.Error,
        var text => throw Invalid(fields.PathOf(key), text, "not known", "allowed: debug, info, warning, error"),
    };

    /// <inheritdoc cref="StrictKeys.Invalid"/>
    public static CniException Invalid(string where, string value, string what, string expected) => StrictKeys.Invalid(where, value, what, expected);
}
