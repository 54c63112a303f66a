namespace MultiNet.Networks;

/// <summary>One concern of what a definition's configuration must be. A rule judges only what the definition itself shows.</summary>
internal interface IDefinitionRule
{
    /// <summary>Adds what is wrong to <paramref name="problems"/>.</summary>
    void Check(DefinitionConfig config, ProblemList problems);
}
