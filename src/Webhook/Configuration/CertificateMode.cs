namespace MultiNet.Webhook.Configuration;

/// <summary>Where the certificate comes from: <c>certificates.mode</c>.</summary>
internal enum CertificateMode
{
    /// <summary><c>self</c>: it is made here, by an authority that the replicas share in a secret.</summary>
    Self,

    /// <summary><c>files</c>: from files, such as cert-manager's secret.</summary>
    Files,
}
