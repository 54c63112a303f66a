using System.Runtime.InteropServices;
using System.Text.Json;

namespace MultiNet.Cni.Json;

/// <summary>The text of an element as it was written.</summary>
public static class RawJson
{
    /// <summary>A copy of the element's text: no escape, number or space in it is changed.</summary>
    public static byte[] BytesOf(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();
}
