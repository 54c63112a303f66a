namespace MultiNet.Delegates.Tuning.Allowlist;

/// <summary>What a state of a <see cref="Pattern"/> does.</summary>
internal enum Operation
{
    /// <summary>The expression matches.</summary>
    Match,
    /// <summary>Consumes a character of a set, then goes to the next state.</summary>
    Set,
    /// <summary>Goes to two states.</summary>
    Split,
    /// <summary>Goes to a state.</summary>
    Jump,
    /// <summary>Goes on at the start of the text.</summary>
    TextStart,
    /// <summary>Goes on at the end of the text.</summary>
    TextEnd,
    /// <summary>Goes on at the start of a line.</summary>
    LineStart,
    /// <summary>Goes on at the end of a line.</summary>
    LineEnd,
    /// <summary>Goes on between a word character and another one.</summary>
    WordBoundary,
    /// <summary>Goes on elsewhere.</summary>
    NoWordBoundary,
}

/// <summary>A state of a <see cref="Pattern"/>.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Target">Of Split and Jump: the state to go to.</param>
/// <param name="Other">Of Split: the other state.</param>
/// <param name="Set">Of Set: the characters.</param>
internal sealed record Instruction(Operation Operation, int Target = 0, int Other = 0, CharacterSet? Set = null);
