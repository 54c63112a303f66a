namespace MultiNet.Cni;

/// <summary>An attachment that is still in use, as <c>cni.dev/valid-attachments</c> lists it (CNI specification 1.1, section "GC").</summary>
public readonly record struct GcAttachment(string ContainerId, string IfName);
