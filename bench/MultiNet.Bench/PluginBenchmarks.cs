using System.Text.Json;

namespace MultiNet.Bench;

/// <summary>ADD and DEL of each plugin beside the reference's. The two take turns.</summary>
internal static class PluginBenchmarks
{
    /// <summary>Measures and prints.</summary>
    /// <param name="inVm">Those that a machine's kernel may lack, or the others.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="file">Where the figures go.</param>
    public static void Run(bool inVm, int rounds, string file)
    {
        using var stream = File.Create(file);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        Console.WriteLine($"  {"median milliseconds",-32} {"ADD",8} {"reference",10} {"times",6}   {"DEL",8} {"reference",10} {"times",6}");
        foreach (var network in PluginNetwork.All.Where(n => n.NeedsVm == inVm))
        {
            PluginSide[] sides = [new(network, "ours", "11", "/opt/cni/bin"), new(network, "reference", "12", "/opt/cni/reference")];
            for (var round = -2; round < rounds; round++)
            {
                // The first in a round finds the kernel busy with what the last one left: both are first equally often.
                sides[round & 1].Round(round >= 0);
                sides[(round & 1) ^ 1].Round(round >= 0);
            }

            var (ours, reference) = (sides[0], sides[1]);
            Console.WriteLine(
                $"  {network.Name,-32} {ours.Add.Median,8:F1} {reference.Add.Median,10:F1} {reference.Add.Median / ours.Add.Median,6:F1}   " +
                $"{ours.Del.Median,8:F1} {reference.Del.Median,10:F1} {reference.Del.Median / ours.Del.Median,6:F1}");
            json.WriteStartObject();
            json.WriteString("plugin", network.Name);
            json.WriteNumber("runs", rounds);
            json.WriteNumber("addMs", Math.Round(ours.Add.Median, 3));
            json.WriteNumber("referenceAddMs", Math.Round(reference.Add.Median, 3));
            json.WriteNumber("delMs", Math.Round(ours.Del.Median, 3));
            json.WriteNumber("referenceDelMs", Math.Round(reference.Del.Median, 3));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
