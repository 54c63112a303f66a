using System.Buffers.Text;
using System.Text.Json;

namespace MultiNet.Meta.Installing;

/// <summary>From when to when a service account's token is valid, as it says itself (RFC 7519, claims iat and exp). Whether it is genuine is the API server's business.</summary>
/// <param name="Issued">When it was issued.</param>
/// <param name="Expires">When it expires.</param>
internal sealed record TokenLifetime(DateTimeOffset Issued, DateTimeOffset Expires)
{
    /// <summary>Reads the claims; null where the token is no JWT or never expires.</summary>
    public static TokenLifetime? Read(ReadOnlySpan<byte> token)
    {
        int start = token.IndexOf((byte)'.') + 1;
        int length = start > 0 ? token[start..].IndexOf((byte)'.') : -1;
        if (length <= 0 || !Base64Url.IsValid(token.Slice(start, length)))
            return null;
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromUtf8(token.Slice(start, length)));
            return claims.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.TryGetProperty("exp"u8, out var expires) && claims.RootElement.TryGetProperty("iat"u8, out var issued)
                && expires.TryGetInt64(out long end) && issued.TryGetInt64(out long begin) && InRange(begin) && InRange(end)
                ? new TokenLifetime(DateTimeOffset.FromUnixTimeSeconds(begin), DateTimeOffset.FromUnixTimeSeconds(end))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Should it have been replaced? The kubelet renews a token after four fifths of its life.</summary>
    public bool IsOverdue(DateTimeOffset now) => now > Issued + ((Expires - Issued) * 0.9);

    // Until the year 9999.
    private static bool InRange(long seconds) => seconds is >= 0 and < 253_402_300_800;
}
