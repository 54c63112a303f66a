using System.Text.Json;

namespace MultiNet.Cni;

/// <summary>Reads results of every version of the specification into the newest form.</summary>
public static class CniResultReader
{
    /// <summary>Reads a result.</summary>
    /// <param name="element">The JSON; <c>null</c> is an empty result.</param>
    /// <param name="defaultVersion">The version where the result names none: that of the configuration.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <exception cref="CniException">Code 6: another type. Code 1: an unknown version.</exception>
    public static CniResult Read(JsonElement element, string defaultVersion, string what) =>
        throw new NotImplementedException();
}
