namespace MultiNet.Cni;

/// <summary>Error codes of the CNI specification 1.1, section "Error". Codes from 100 up are a plugin's own: cast them.</summary>
public enum CniErrorCode : uint
{
    /// <summary>No code was given.</summary>
    Unknown = 0,
    /// <summary>The configuration's <c>cniVersion</c> is not supported.</summary>
    IncompatibleCniVersion = 1,
    /// <summary>A field of the configuration is not supported; the message names it with its value.</summary>
    UnsupportedField = 2,
    /// <summary>The container does not exist; the runtime need not clean up.</summary>
    UnknownContainer = 3,
    /// <summary>A required environment variable is missing or invalid.</summary>
    InvalidEnvironmentVariables = 4,
    /// <summary>Reading from or writing to a stream or file failed.</summary>
    IOFailure = 5,
    /// <summary>JSON could not be decoded.</summary>
    DecodingFailure = 6,
    /// <summary>The network configuration is invalid.</summary>
    InvalidNetworkConfig = 7,
    /// <summary>The network namespace is invalid (libcni).</summary>
    InvalidNetNs = 8,
    /// <summary>A transient condition: the runtime should try again later.</summary>
    TryAgainLater = 11,
    /// <summary>STATUS: the plugin cannot serve ADD requests.</summary>
    PluginNotAvailable = 50,
    /// <summary>STATUS: the plugin cannot serve ADD requests, and containers in the network may have limited connectivity.</summary>
    LimitedConnectivity = 51,
    /// <summary>Any other failure.</summary>
    Internal = 999,
}
