using MultiNet.Cni;

namespace MultiNet.Delegates;

/// <summary>The list of attachments that GC is to keep.</summary>
internal static class GcList
{
    /// <summary>
    /// Does the configuration carry the list, empty or <c>null</c> though it may be? A list that was not given is not an empty one:
    /// without it nothing may be released.
    /// </summary>
    public static bool IsGiven(PluginContext context)
    {
        foreach (var property in context.Config.Element.EnumerateObject())
        {
            try
            {
                if (property.Name is "cni.dev/valid-attachments" or "cni.dev/attachments")
                    return true;
            }
            catch (InvalidOperationException)
            {
                // a name that is not valid text
            }
        }
        return false;
    }
}
