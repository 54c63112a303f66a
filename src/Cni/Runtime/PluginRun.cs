namespace MultiNet.Cni;

/// <summary>One plugin's part in running a chain, as <see cref="NetworkConfigRunner.OnPlugin"/> reports it when it has ended.</summary>
/// <param name="Verb">What was asked of it.</param>
/// <param name="NetworkName">The network.</param>
/// <param name="Type">The plugin's type.</param>
/// <param name="Source">Built in or the executable; null where it was found nowhere.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Result">ADD: its result.</param>
/// <param name="Error">Why it failed, or null.</param>
public sealed record PluginRun(
    CniVerb Verb, string NetworkName, string Type, PluginSource? Source, TimeSpan Elapsed, CniResult? Result, CniException? Error);
