namespace MultiNet.Cni;

/// <summary>The verbs as <c>CNI_COMMAND</c> spells them.</summary>
public static class CniVerbName
{
    /// <summary>The spelling of a verb.</summary>
    public static string Of(CniVerb verb) => verb switch
    {
        CniVerb.Add => "ADD",
        CniVerb.Del => "DEL",
        CniVerb.Check => "CHECK",
        CniVerb.Status => "STATUS",
        CniVerb.Gc => "GC",
        _ => "VERSION",
    };

    /// <summary>Reads a verb; upper case only, as the specification has it.</summary>
    public static bool TryParse(string text, out CniVerb verb)
    {
        switch (text)
        {
            case "ADD": verb = CniVerb.Add; return true;
            case "DEL": verb = CniVerb.Del; return true;
            case "CHECK": verb = CniVerb.Check; return true;
            case "STATUS": verb = CniVerb.Status; return true;
            case "GC": verb = CniVerb.Gc; return true;
            case "VERSION": verb = CniVerb.Version; return true;
            default: verb = default; return false;
        }
    }
}
