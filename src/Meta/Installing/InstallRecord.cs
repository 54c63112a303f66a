using System.Buffers;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Meta.Installing;

/// <summary>
/// What was installed, so that exactly that is removed: written before anything is touched, and read by the next install and by
/// uninstall. It may name what is not there (an install that was interrupted), never leave out what is.
/// </summary>
internal sealed record InstallRecord
{
    private const int Schema = 1;

    /// <summary>The configuration's file, as on the node, or empty.</summary>
    public string ConfigFile { get; init; } = "";

    /// <summary>The folder of the node's credentials, as on the node, or empty.</summary>
    public string CredentialsFolder { get; init; } = "";

    /// <summary>The file of the cluster's network that stays chosen, though it may not be the first: Multus stood before it. Its name, or empty.</summary>
    public string Primary { get; init; } = "";

    /// <summary>The executables, by name: the present one and, until they are removed, older ones.</summary>
    public IReadOnlyList<string> Executables { get; init; } = [];

    /// <summary>The links, by name.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>The links that took the place of other people's files, which are kept under the name with <see cref="InstallPaths.AsideSuffix"/>.</summary>
    public IReadOnlyList<string> Replaced { get; init; } = [];

    /// <summary>Reads the record of a folder; null where nothing is installed.</summary>
    /// <exception cref="CniException">It cannot be read, or is of a newer version.</exception>
    public static InstallRecord? Read(InstallPaths paths)
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(paths.Record);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{paths.Record}: {e.Message}", "", e);
        }
        var fields = JsonFields.Parse(json, paths.Record);
        if (fields.Int("schema") != Schema)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"{paths.Record} has schema {fields.Int("schema")}, expected {Schema}",
                "it was written by another version of multinet: use that one");
        }
        return new InstallRecord
        {
            ConfigFile = fields.String("config"),
            CredentialsFolder = fields.String("credentials"),
            Primary = fields.String("primary"),
            Executables = Names(fields, "executables", paths),
            Links = Names(fields, "links", paths),
            Replaced = Names(fields, "replaced", paths),
        };
    }

    /// <summary>Writes the record.</summary>
    /// <exception cref="CniException">It cannot be written; the old one stands.</exception>
    public void Write(InstallPaths paths) => AtomicFile.Write(paths.Record, Bytes(), AtomicFile.OwnerOnly);

    /// <summary>The record as it is written.</summary>
    public byte[] Bytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("config", ConfigFile);
            if (CredentialsFolder.Length > 0)
                json.WriteString("credentials", CredentialsFolder);
            if (Primary.Length > 0)
                json.WriteString("primary", Primary);
            Write(json, "executables", Executables);
            Write(json, "links", Links);
            Write(json, "replaced", Replaced);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    // The names become paths of files to be removed.
    private static IReadOnlyList<string> Names(JsonFields fields, string key, InstallPaths paths)
    {
        var names = fields.Strings(key);
        foreach (string name in names)
        {
            if (name.Length == 0 || name is "." or ".." || name.Contains('/'))
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{paths.Record}: {key}: \"{name}\" is no file name", "the file was tampered with");
        }
        return names;
    }

    private static void Write(Utf8JsonWriter json, string key, IReadOnlyList<string> values)
    {
        json.WriteStartArray(key);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
