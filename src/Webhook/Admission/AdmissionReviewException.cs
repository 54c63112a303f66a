namespace MultiNet.Webhook.Admission;

/// <summary>What was sent is no review that is spoken here. The message tells whoever reads the API server's log.</summary>
/// <param name="message">What was wrong, what was found, what is allowed.</param>
/// <param name="inner">What else there is to know.</param>
internal sealed class AdmissionReviewException(string message, Exception? inner = null) : Exception(message, inner);
