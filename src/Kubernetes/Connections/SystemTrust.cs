using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace MultiNet.Kubernetes;

/// <summary>What the machine trusts, for a process that has no use for it.</summary>
public static partial class SystemTrust
{
    /// <summary>
    /// Lets the process do without the machine's certificate authorities, for good. The framework reads all of them at the first handshake, where
    /// other authorities are given as well: 150 certificates, twice, cost 50 ms and more. To be called before the first connection, and not where
    /// a server's certificate may be signed by one of them.
    /// </summary>
    /// <remarks>
    /// The framework learns from variables of the C library where they are, once: they are set for that moment only, because programs that this
    /// process starts get its environment. OpenSSL's own configuration is passed over, too: the machine's may name modules to load, which a static
    /// executable cannot.
    /// </remarks>
    public static void DoWithout()
    {
        string? file = Replace("SSL_CERT_FILE", "/dev/null"), folder = Replace("SSL_CERT_DIR", "/dev/null"), configuration = Replace("OPENSSL_CONF", "/dev/null");
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
            store.Open(OpenFlags.ReadOnly);
            // It is read now, and not when it is opened.
            foreach (var certificate in store.Certificates)
                certificate.Dispose();
        }
        finally
        {
            Put("SSL_CERT_FILE", file);
            Put("SSL_CERT_DIR", folder);
            Put("OPENSSL_CONF", configuration);
        }
    }

    private static string? Replace(string name, string value)
    {
        // Not the framework's: it has an environment of its own, which OpenSSL does not see.
        string? before = Marshal.PtrToStringUTF8(GetVariable(name));
        Put(name, value);
        return before;
    }

    private static void Put(string name, string? value)
    {
        if (value is null)
            _ = UnsetVariable(name);
        else
            _ = SetVariable(name, value, 1);
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetVariable(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);
}
