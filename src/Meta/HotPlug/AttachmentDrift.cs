using MultiNet.Cni;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.HotPlug;

/// <summary>An attachment that is not as it was made.</summary>
/// <param name="Attachment">The attachment.</param>
/// <param name="Error">What its CHECK found.</param>
public sealed record AttachmentDrift(JournalAttachment Attachment, CniException Error);
