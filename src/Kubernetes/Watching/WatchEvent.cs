namespace MultiNet.Kubernetes;

/// <summary>A change of an object.</summary>
/// <typeparam name="T">The object.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object after it, before it where it is gone.</param>
public sealed record WatchEvent<T>(WatchEventType Type, T Object);
