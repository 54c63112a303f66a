using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.Dhcp.Rpc;

/// <summary>
/// Go's net/rpc over HTTP, as the reference's plugin and daemon speak it: after a CONNECT, gob values one after the other. A call is a header
/// and the arguments, an answer a header and the result.
/// </summary>
internal static class RpcProtocol
{
    internal const string Allocate = "DHCP.Allocate", Release = "DHCP.Release";

    /// <summary>MultiNet's own: is the lease there? and: give back what no attachment has.</summary>
    internal const string Check = "DHCP.Check", Collect = "DHCP.Collect";

    /// <summary>The longest message that is taken. Configurations have some kilobytes.</summary>
    internal const int LongestMessage = 4 * 1024 * 1024;

    /// <summary>The longest head of a CONNECT or of its answer.</summary>
    internal const int LongestHead = 4096;

    /// <summary>What net/rpc answers where it has no such method; the name follows.</summary>
    internal const string UnknownMethod = "rpc: can't find ";

    private const int HeaderType = 65, ArgumentsType = 66, ResultType = 67, NothingType = 68;

    internal static ReadOnlySpan<byte> Connect => "CONNECT /_goRPC_ HTTP/1.0\n\n"u8;

    internal static ReadOnlySpan<byte> Connected => "HTTP/1.0 200 Connected to Go RPC\n\n"u8;

    /// <summary>The first call of a connection.</summary>
    internal static byte[] Call(string method, ulong sequence, CallArguments arguments)
    {
        var bytes = new List<byte>();
        bytes.AddRange(GobWriter.StructType(HeaderType, "Request", ("ServiceMethod", GobWriter.Text), ("Seq", GobWriter.Uint)));
        bytes.AddRange(Header(method, sequence, ""));
        bytes.AddRange(CallArguments.DescribeType(ArgumentsType));
        bytes.AddRange(arguments.ToMessage(ArgumentsType));
        return [.. bytes];
    }

    /// <summary>An answer.</summary>
    /// <param name="method">The method that was called.</param>
    /// <param name="sequence">The number of the call.</param>
    /// <param name="result">The result; null for nothing.</param>
    /// <param name="error">What failed, or empty.</param>
    /// <param name="described">The types that the connection has described so far.</param>
    internal static byte[] Answer(string method, ulong sequence, CniResult? result, string error, HashSet<int> described)
    {
        var bytes = new List<byte>();
        if (described.Add(HeaderType))
            bytes.AddRange(GobWriter.StructType(HeaderType, "Response", ("ServiceMethod", GobWriter.Text), ("Seq", GobWriter.Uint), ("Error", GobWriter.Text)));
        bytes.AddRange(Header(method, sequence, error));
        if (result is not null)
        {
            if (described.Add(ResultType))
            {
                foreach (byte[] type in ResultGob.DescribeTypes(ResultType))
                    bytes.AddRange(type);
            }
            bytes.AddRange(ResultGob.ToMessage(ResultType, result));
            return [.. bytes];
        }
        if (described.Add(NothingType))
            bytes.AddRange(GobWriter.StructType(NothingType, ""));
        var nothing = new GobWriter();
        nothing.Signed(NothingType);
        nothing.Begin();
        nothing.End();
        bytes.AddRange(nothing.ToMessage());
        return [.. bytes];
    }

    /// <summary>Finds the end of a head: the first empty line.</summary>
    /// <returns>The bytes up to and with it; 0: not there yet.</returns>
    internal static int EndOfHead(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i + 1 < bytes.Length; i++)
        {
            if (bytes[i] == '\n' && (bytes[i + 1] == '\n' || (bytes[i + 1] == '\r' && i + 2 < bytes.Length && bytes[i + 2] == '\n')))
                return i + (bytes[i + 1] == '\n' ? 2 : 3);
        }
        return 0;
    }

    /// <summary>The first line of a head.</summary>
    internal static string FirstLine(ReadOnlySpan<byte> head) => Encoding.ASCII.GetString(head[..head.IndexOf((byte)'\n')]).TrimEnd('\r');

    private static byte[] Header(string method, ulong sequence, string error)
    {
        var writer = new GobWriter();
        writer.Signed(HeaderType);
        writer.Begin();
        writer.Field(0, method);
        writer.Field(1, sequence);
        writer.Field(2, error);
        writer.End();
        return writer.ToMessage();
    }
}
