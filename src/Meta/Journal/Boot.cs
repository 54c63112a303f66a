namespace MultiNet.Meta.Journal;

/// <summary>The boot of the machine.</summary>
internal static class Boot
{
    /// <summary>Its id, another one after each start of the kernel (random(4)); empty where it cannot be read.</summary>
    public static string Id
    {
        get
        {
            try
            {
                return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }
}
