using System.Text;
using MultiNet.Kubernetes;

namespace MultiNet.Webhook.Certificates.Authorities;

/// <summary>
/// The authorities that the replicas share: one that signs; while it is succeeded, the next one, which is published and does not sign yet; and
/// those before it, which are published until they expire. It stands in one Secret.
/// </summary>
internal sealed record AuthoritySet
{
    /// <summary>On the Secret: whatever new value it is given, a new authority is made.</summary>
    public const string RotateAnnotation = "multinet.io/rotate";

    /// <summary>On the Secret: the value of <see cref="RotateAnnotation"/> that was followed last.</summary>
    public const string RotatedAnnotation = "multinet.io/rotated";

    // Somebody may ask for new ones again and again: the bundle stays small. A leaf lives a week, and follows its authority within minutes.
    private const int MostFormer = 8;

    private const string CurrentCertificate = "ca.crt", CurrentKey = "ca.key", NextCertificate = "next.crt", NextKey = "next.key", FormerCertificates = "former.crt";

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Signs.</summary>
    public required CertificateAuthority Current { get; init; }

    /// <summary>Will sign when every bundle has it; null where none is to come.</summary>
    public CertificateAuthority? Next { get; init; }

    /// <summary>Signed before; without keys, the newest first.</summary>
    public IReadOnlyList<CertificateAuthority> Former { get; init; } = [];

    /// <summary>What the person wants who asked for a new authority; empty for nothing.</summary>
    public string RotationAsked { get; init; } = "";

    /// <summary>Which of these wishes was followed.</summary>
    public string RotationDone { get; init; } = "";

    /// <summary>All authorities, in the order of the bundle.</summary>
    public IEnumerable<CertificateAuthority> All
    {
        get
        {
            yield return Current;
            if (Next is not null)
                yield return Next;
            foreach (var former in Former)
                yield return former;
        }
    }

    /// <summary>A set with a new authority, after which those of <paramref name="known"/> are still published that are valid.</summary>
    public static AuthoritySet Make(IEnumerable<CertificateAuthority> known, DateTimeOffset now) =>
        new() { Current = CertificateAuthority.Make(now), Former = StillOfUse(known, now) };

    /// <summary>Reads the set of a Secret.</summary>
    /// <returns>Null where it has none yet.</returns>
    /// <exception cref="UnusableCertificateException">What signs cannot be used.</exception>
    public static AuthoritySet? Read(Secret secret)
    {
        var certificate = secret.Value(CurrentCertificate);
        var key = secret.Value(CurrentKey);
        if (certificate.IsEmpty && key.IsEmpty)
            return null;
        CertificateAuthority current;
        try
        {
            current = CertificateAuthority.Read(s_utf8.GetString(certificate), s_utf8.GetString(key));
        }
        catch (UnusableCertificateException e)
        {
            throw new UnusableCertificateException($"secret {ObjectKey.Of(secret)}, {CurrentCertificate} and {CurrentKey}: {e.Message}", e);
        }
        return new AuthoritySet
        {
            Current = current,
            Next = ReadNext(secret),
            Former = CertificateAuthority.ReadBundle(secret.Value(FormerCertificates)),
            RotationAsked = secret.Metadata.Annotation(RotateAnnotation) ?? "",
            RotationDone = secret.Metadata.Annotation(RotatedAnnotation) ?? "",
        };
    }

    /// <summary>What the Secret has to hold; null for a key that it must not have.</summary>
    public IReadOnlyDictionary<string, byte[]?> ToData() => new Dictionary<string, byte[]?>
    {
        [CurrentCertificate] = s_utf8.GetBytes(Current.CertificatePem),
        [CurrentKey] = Current.KeyPem is { } key ? s_utf8.GetBytes(key) : null,
        [NextCertificate] = Next is null ? null : s_utf8.GetBytes(Next.CertificatePem),
        [NextKey] = Next?.KeyPem is { } nextKey ? s_utf8.GetBytes(nextKey) : null,
        [FormerCertificates] = Former.Count == 0 ? null : s_utf8.GetBytes(string.Concat(Former.Select(f => f.CertificatePem))),
    };

    /// <summary>What API servers are to accept: all that are valid, in PEM.</summary>
    public byte[] Bundle(DateTimeOffset now) => s_utf8.GetBytes(string.Concat(All.Where(a => a.NotAfter > now).Select(a => a.CertificatePem)));

    /// <summary>Must a new authority be made ready?</summary>
    public bool MustBeSucceeded(DateTimeOffset now) => Next is null && (now >= Current.RenewAt || (RotationAsked.Length > 0 && RotationAsked != RotationDone));

    /// <summary>First phase: a next authority, which is published.</summary>
    public AuthoritySet WithNext(DateTimeOffset now) => this with { Next = CertificateAuthority.Make(now), RotationDone = RotationAsked, Former = StillOfUse(Former, now) };

    /// <summary>Second phase: the next authority signs, the one before it is still published.</summary>
    public AuthoritySet WithNextAsCurrent(DateTimeOffset now) => this with
    {
        Current = Next ?? throw new InvalidOperationException("there is no next authority"),
        Next = null,
        Former = StillOfUse([Current, .. Former], now),
    };

    // Nobody can tell what a key is good for whose certificate cannot be read: another is made in its place.
    private static CertificateAuthority? ReadNext(Secret secret)
    {
        var certificate = secret.Value(NextCertificate);
        var key = secret.Value(NextKey);
        try
        {
            return certificate.IsEmpty || key.IsEmpty ? null : CertificateAuthority.Read(s_utf8.GetString(certificate), s_utf8.GetString(key));
        }
        catch (UnusableCertificateException)
        {
            return null;
        }
    }

    private static List<CertificateAuthority> StillOfUse(IEnumerable<CertificateAuthority> all, DateTimeOffset now)
    {
        var kept = new List<CertificateAuthority>();
        foreach (var one in all.OrderByDescending(a => a.NotAfter))
        {
            if (one.NotAfter > now && kept.Count < MostFormer && kept.TrueForAll(k => k.Id != one.Id))
                kept.Add(one);
        }
        return kept;
    }
}
