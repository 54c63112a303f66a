using System.Text;
using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>
/// Names that a pod may ask for: the kernel's rules and libcni's (<see cref="InterfaceName"/>), and names that would only do harm.
/// </summary>
public static class InterfaceNameRule
{
    /// <summary>Why <paramref name="name"/> cannot be an interface's name, with what to do; null where it can.</summary>
    public static string? WhyInvalid(string name)
    {
        if (name.Length == 0)
            return "the interface name is empty; leave it out to get net1, net2, ...";
        int bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes > InterfaceName.MaxBytes)
            return $"the interface name {Quoted.Text(name)} is {bytes} bytes long; the kernel allows {InterfaceName.MaxBytes}";
        // The directories of /proc/sys/net/ipv4/conf take "all" and "default" for themselves; "lo" is in every namespace.
        if (name is "." or ".." or "lo" or "all" or "default")
            return $"the interface name {Quoted.Text(name)} is reserved; choose another";
        foreach (char c in name)
        {
            if (c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return $"the interface name {Quoted.Text(name)} holds {Quoted.Text([c])}; "
                    + "'/', ':', white space and control characters are not allowed";
            }
            if (c == '%')
                return $"the interface name {Quoted.Text(name)} holds '%', which the kernel takes for a pattern; choose another";
            if (char.IsSurrogate(c) || c == '\ufffd')
                return $"the interface name {Quoted.Text(name)} is not plain text; use letters, digits, '-', '_' and '.'";
        }
        return null;
    }
}
