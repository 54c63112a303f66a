namespace MultiNet.Validation;

/// <summary>What JSON a key takes, as Go's decoder of the plugin and our own judge it. <c>null</c> is always taken, for absent.</summary>
internal enum Shape
{
    /// <summary>Anything: the plugin does not read it, or a rule of its own judges it.</summary>
    Any,
    /// <summary>A string.</summary>
    Text,
    /// <summary><c>true</c> or <c>false</c>; the string "true" is none.</summary>
    Flag,
    /// <summary>A whole number of 32 bits with sign.</summary>
    Whole,
    /// <summary>A whole number of 64 bits without sign.</summary>
    Count,
    /// <summary>An object.</summary>
    Object,
    /// <summary>An array of anything.</summary>
    List,
    /// <summary>An array of strings.</summary>
    Texts,
    /// <summary>An array of objects.</summary>
    Objects,
    /// <summary>An object whose values are strings.</summary>
    TextMap,
    /// <summary>A string, or a number for it.</summary>
    TextOrNumber,
    /// <summary><c>true</c>, <c>false</c>, or a whole number for it.</summary>
    FlagOrNumber,
}
