namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>Something wrong, the code of the specification for it, and what the error must tell.</summary>
/// <param name="Code">The specification's code.</param>
/// <param name="Says">Parts of the message or the details.</param>
/// <param name="Input">What is wrong.</param>
internal sealed record BadCase<T>(T Input, int Code, params string[] Says);

/// <summary>Cases by name. Tests get the name, since some inputs are a megabyte long.</summary>
internal sealed class BadCases<T> : Dictionary<string, BadCase<T>>
{
    /// <summary>Adds a case.</summary>
    public void Add(string name, T input, int code, params string[] says) => Add(name, new BadCase<T>(input, code, says));

    /// <summary>The names, as theory data.</summary>
    public TheoryData<string> Names => [.. Keys];
}
