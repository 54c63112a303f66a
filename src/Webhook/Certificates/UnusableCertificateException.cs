namespace MultiNet.Webhook.Certificates;

/// <summary>A certificate or key cannot be used. The message says which, and why; never what the key is.</summary>
internal sealed class UnusableCertificateException(string message, Exception? inner = null) : Exception(message, inner);
