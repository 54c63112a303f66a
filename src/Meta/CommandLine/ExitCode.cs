namespace MultiNet.Meta.CommandLine;

/// <summary>The exit codes of the command line.</summary>
internal static class ExitCode
{
    /// <summary>It was done; the answer is yes.</summary>
    public const int Ok = 0;

    /// <summary>It could not be done; the answer is no.</summary>
    public const int No = 1;

    /// <summary>The command line was wrong; nothing was done.</summary>
    public const int Misuse = 2;
}
