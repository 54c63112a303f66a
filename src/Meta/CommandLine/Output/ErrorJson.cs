using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Meta.CommandLine.Output;

/// <summary>An error in JSON, with the keys of the CNI specification's error object.</summary>
internal static class ErrorJson
{
    /// <summary>Writes the member <c>error</c>.</summary>
    public static void Write(Utf8JsonWriter json, CniException error)
    {
        json.WriteStartObject("error");
        json.WriteNumber("code", (uint)error.Code);
        json.WriteString("msg", error.Message);
        json.WriteString("details", error.Details);
        json.WriteEndObject();
    }
}
