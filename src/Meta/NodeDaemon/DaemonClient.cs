using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Meta.NodeDaemon;

/// <summary>Asks the node daemon. Whatever goes wrong is an answer too: nobody depends on the daemon.</summary>
internal sealed class DaemonClient
{
    /// <summary>How long a question may take before the API server is asked instead.</summary>
    public static readonly TimeSpan QuestionPatience = TimeSpan.FromSeconds(1);

    /// <summary>How long the report of an ADD may take: the daemon answers after two seconds at the latest.</summary>
    public static readonly TimeSpan AttachedPatience = TimeSpan.FromSeconds(3);

    /// <summary>How long other reports may take: nobody waits for what comes of them.</summary>
    public static readonly TimeSpan ReportPatience = TimeSpan.FromMilliseconds(200);

    private readonly string _socket;

    /// <summary>A client; nothing is connected before something is asked.</summary>
    public DaemonClient(string socket) => _socket = socket;

    /// <summary>Is there a socket? Somebody may listen on it or not.</summary>
    public static bool IsThere(string socket) => socket.Length > 0 && File.Exists(socket);

    /// <summary>The socket's path.</summary>
    public string Socket => _socket;

    /// <summary>Asks.</summary>
    /// <param name="request">The request; the version is put in here.</param>
    /// <param name="patience">How long all of it may take.</param>
    /// <param name="failure">Why there is no answer, for people; empty where there is one.</param>
    /// <returns>The answer; null where the daemon is not there, took too long, refused, or talks nonsense.</returns>
    public DaemonAnswer? Ask(DaemonRequest request, TimeSpan patience, out string failure)
    {
        try
        {
            byte[] message = JsonSerializer.SerializeToUtf8Bytes(request with { Version = DaemonRequest.CurrentVersion }, DaemonJson.Default.DaemonRequest);
            if (message.Length > DaemonRequest.LongestMessage)
            {
                failure = $"the request has {message.Length} bytes";
                return null;
            }
            using var connection = DaemonConnection.Open(_socket, Deadline.After(patience));
            connection.Send(message);
            var answer = JsonSerializer.Deserialize(connection.Receive(), DaemonJson.Default.DaemonAnswer);
            failure = answer switch
            {
                null => "the answer is null",
                { Refused: { } reason } => $"refused: {reason}",
                _ => "",
            };
            return failure.Length == 0 ? answer : null;
        }
        // InvalidOperationException: text that is no text.
        catch (Exception e) when (e is IOException or JsonException or InvalidOperationException)
        {
            failure = e.Message;
            return null;
        }
    }
}
