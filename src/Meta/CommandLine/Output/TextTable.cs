using System.Text;

namespace MultiNet.Meta.CommandLine.Output;

/// <summary>Lines of columns, each as wide as its widest cell; a cell may have several lines.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Adds a row; a cell's lines are separated by line feeds.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the table, each line indented.</summary>
    public void Write(TextWriter writer, string indent = "")
    {
        int[] widths = new int[header.Length];
        Measure(widths, header);
        foreach (string[] row in _rows)
            Measure(widths, row);
        WriteRow(writer, indent, widths, header);
        foreach (string[] row in _rows)
            WriteRow(writer, indent, widths, row);
    }

    private static void Measure(int[] widths, string[] cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            foreach (string line in cells[i].Split('\n'))
                widths[i] = Math.Max(widths[i], line.Length);
        }
    }

    private static void WriteRow(TextWriter writer, string indent, int[] widths, string[] cells)
    {
        string[][] lines = Array.ConvertAll(cells, cell => cell.Split('\n'));
        int height = 1;
        foreach (string[] cell in lines)
            height = Math.Max(height, cell.Length);
        for (int at = 0; at < height; at++)
        {
            var text = new StringBuilder(indent);
            for (int i = 0; i < lines.Length; i++)
                text.Append((at < lines[i].Length ? lines[i][at] : "").PadRight(widths[i])).Append(i + 1 < lines.Length ? "  " : "");
            writer.Write(text.ToString().TrimEnd() + "\n");
        }
    }
}
