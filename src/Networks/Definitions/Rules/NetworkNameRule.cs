using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>NAD-018, 019: the configuration's <c>name</c>.</summary>
internal sealed class NetworkNameRule : IDefinitionRule
{
    public void Check(DefinitionConfig config, ProblemList problems)
    {
        if (config.Root.AnyCase("name") is not { } name || name.Text is "")
            return; // the definition's name is put in
        if (name.Kind != JsonValueKind.String || name.Text is not { } text)
            problems.Error("NAD-018", name, $"expected a string, found {name.Found}");
        else if (!NetworkName.IsIdentifier(text))
        {
            problems.Error(
                "NAD-018", name, $"{Quoted.Text(text)} is no network's name: a letter or digit, then letters, digits, '_', '.' and '-'");
        }
        else if (text != config.Definition.Name)
        {
            problems.Warning(
                "NAD-019", name,
                $"{Quoted.Text(text)} is not the definition's name; "
                + $"the standard recommends {Quoted.Text(config.Definition.Name)}, or to leave it out");
        }
    }
}
