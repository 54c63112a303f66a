using System.Text;

namespace MultiNet.Networks;

/// <summary>
/// The annotation <see cref="AnnotationKeys.Networks"/>, read in either of its forms (NPWG v1.3, section 4.1). The standard lets an
/// implementation ignore an invalid annotation; here nothing is attached and every problem is told, so that no pod runs without a network
/// that it asked for.
/// </summary>
/// <param name="Elements">What is asked for. With an error among the problems it is incomplete, and not to be acted upon.</param>
/// <param name="Problems">Everything that is wrong or doubtful, in no particular order.</param>
public sealed record NetworkSelectionAnnotation(IReadOnlyList<NetworkSelectionElement> Elements, IReadOnlyList<Problem> Problems)
{
    /// <summary>Kubernetes takes at most so many bytes of annotations for an object, keys and values together.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>
    /// More attachments than this are refused: four times the largest pods known (about 30), and a bound for what one pod can cost.
    /// </summary>
    public const int MaxElements = 128;

    /// <summary>May the elements be acted upon?</summary>
    public bool IsValid => !Problems.HasErrors();

    private ISelectionSource? Source { get; init; }

    /// <summary>Where a key of an element stands in the text; where the element does, in the comma form or where the key is absent.</summary>
    /// <param name="element">One of <see cref="Elements"/>.</param>
    /// <param name="key">The key, such as <c>ips</c>.</param>
    public Place PlaceOf(NetworkSelectionElement element, string key) => Source?.PlaceOf(element, key) ?? Place.Whole;

    /// <summary>
    /// Reads the annotation. Never throws for what the text holds. An empty text asks for nothing. A text with any of <c>[ { "</c> is
    /// read as JSON, every other as the comma form <c>[namespace/]name[@interface], ...</c>: the same choice as Multus makes.
    /// </summary>
    /// <param name="text">The annotation's value.</param>
    /// <param name="podInterface">The interface of the cluster's default network, which no attachment may take.</param>
    public static NetworkSelectionAnnotation Parse(string text, string podInterface = "eth0") =>
        Parse(text, podInterface, NetworkSelectionForm.Networks);

    internal static NetworkSelectionAnnotation Parse(string text, string podInterface, NetworkSelectionForm form)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return new NetworkSelectionAnnotation([], []);
        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > MaxBytes)
        {
            var tooLong = new Problem(
                ProblemSeverity.Error, "POD-037", "",
                $"the text is {bytes} bytes long; Kubernetes allows {MaxBytes} for all annotations of an object; ask for fewer networks");
            return new NetworkSelectionAnnotation([], [tooLong]);
        }

        ReadOnlyMemory<byte> utf8 = Encoding.UTF8.GetBytes(text);
        var problems = new ProblemList(utf8);
        ISelectionSource source = text.AsSpan().ContainsAny("[{\"")
            ? new JsonSelection(utf8, problems)
            : new CommaSelection(text, problems);
        new SelectionChecks(source, problems, podInterface, form).Run();
        return new NetworkSelectionAnnotation(source.Elements, problems.ToList()) { Source = source };
    }
}
