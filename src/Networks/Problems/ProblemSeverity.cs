namespace MultiNet.Networks;

/// <summary>What a problem means for the one who wrote the input.</summary>
public enum ProblemSeverity
{
    /// <summary>The input is used; it may not do what its author meant.</summary>
    Warning,
    /// <summary>The input is refused.</summary>
    Error,
}
