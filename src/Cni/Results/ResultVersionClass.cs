namespace MultiNet.Cni;

/// <summary>Which versions share one form of the result (the reference has one type per class).</summary>
internal static class ResultVersionClass
{
    /// <summary>The forms.</summary>
    internal enum Kind
    {
        /// <summary>Not a version of the specification.</summary>
        Unknown,
        /// <summary>0.1.0, 0.2.0: <c>ip4</c> and <c>ip6</c>.</summary>
        V01,
        /// <summary>0.3.0, 0.3.1, 0.4.0: lists, each address with its <c>version</c>.</summary>
        V03,
        /// <summary>1.0.0, 1.1.0.</summary>
        V1,
    }

    /// <summary>The form of a version.</summary>
    internal static Kind Of(string version) => version switch
    {
        "1.1.0" or "1.0.0" => Kind.V1,
        "0.4.0" or "0.3.1" or "0.3.0" => Kind.V03,
        "0.2.0" or "0.1.0" => Kind.V01,
        _ => Kind.Unknown,
    };

    /// <summary>The versions of a form, for errors.</summary>
    internal static string Members(Kind kind) => kind switch
    {
        Kind.V1 => "1.0.0 1.1.0",
        Kind.V03 => "0.3.0 0.3.1 0.4.0",
        Kind.V01 => "0.1.0 0.2.0",
        _ => "",
    };
}
