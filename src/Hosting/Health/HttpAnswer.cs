namespace MultiNet.Hosting.Health;

/// <summary>What is answered over HTTP.</summary>
/// <param name="Code">200, 400, 404, 405 or 503.</param>
/// <param name="Text">The body.</param>
/// <param name="ContentType">What the body is.</param>
internal sealed record HttpAnswer(int Code, string Text, string ContentType = "text/plain; charset=utf-8");
