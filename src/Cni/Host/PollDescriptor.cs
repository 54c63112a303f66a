using System.Runtime.InteropServices;

namespace MultiNet.Cni;

/// <summary>The kernel's <c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    internal int Descriptor;
    internal short Events;
    internal short Returned;
}
