using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace MultiNet.Cni.Json;

/// <summary>
/// Writes JSON as Go's encoding/json prints it (indent of four spaces or none, <c>&lt; &gt; &amp;</c> escaped, other text as it is):
/// what callers compare with, and what the reference's files hold.
/// </summary>
public sealed class GoJsonWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly bool _indented;
    private int _depth;
    private bool _first = true;
    private bool _afterName;

    /// <summary>Starts an empty document.</summary>
    /// <param name="indented">Lines with four spaces per level, or all on one line.</param>
    public GoJsonWriter(bool indented) => _indented = indented;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Opens an object.</summary>
    public void BeginObject() => Begin((byte)'{');

    /// <summary>Closes an object.</summary>
    public void EndObject() => End((byte)'}');

    /// <summary>Opens an array.</summary>
    public void BeginArray() => Begin((byte)'[');

    /// <summary>Closes an array.</summary>
    public void EndArray() => End((byte)']');

    /// <summary>Writes a key; its value follows.</summary>
    public void Name(string name)
    {
        Separate();
        Quote(name);
        _buffer.Write(_indented ? ": "u8 : ":"u8);
        _afterName = true;
    }

    /// <summary>Writes a string.</summary>
    public void String(string value)
    {
        Separate();
        Quote(value);
    }

    /// <summary>Writes a whole number.</summary>
    public void Number(long value)
    {
        Separate();
        Utf8Formatter.TryFormat(value, _buffer.GetSpan(20), out int written);
        _buffer.Advance(written);
    }

    /// <summary>Writes <c>true</c> or <c>false</c>.</summary>
    public void Bool(bool value) => Raw(value ? "true"u8 : "false"u8);

    /// <summary>Writes a value that is JSON already, as it is.</summary>
    public void Raw(ReadOnlySpan<byte> json)
    {
        Separate();
        _buffer.Write(json);
    }

    /// <summary>Writes a key and a string, unless the string is empty (Go's <c>omitempty</c>).</summary>
    public void StringUnlessEmpty(string name, string value)
    {
        if (value.Length == 0)
            return;
        Name(name);
        String(value);
    }

    /// <summary>Writes a key and a number, unless it is null.</summary>
    public void NumberUnlessNull(string name, int? value)
    {
        if (value is null)
            return;
        Name(name);
        Number(value.Value);
    }

    /// <summary>Writes a key and an array of strings, unless it has no elements.</summary>
    public void StringsUnlessEmpty(string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return;
        Name(name);
        BeginArray();
        foreach (var value in values)
            String(value);
        EndArray();
    }

    private void Begin(byte bracket)
    {
        Separate();
        Byte(bracket);
        _depth++;
        _first = true;
    }

    private void End(byte bracket)
    {
        _depth--;
        if (!_first)
            NewLine();
        Byte(bracket);
        _first = false;
    }

    private void Separate()
    {
        if (_afterName)
        {
            _afterName = false;
            return;
        }
        if (_depth == 0)
            return;
        if (!_first)
            Byte((byte)',');
        _first = false;
        NewLine();
    }

    private void NewLine()
    {
        if (!_indented)
            return;
        int spaces = _depth * 4;
        var span = _buffer.GetSpan(1 + spaces);
        span[0] = (byte)'\n';
        span.Slice(1, spaces).Fill((byte)' ');
        _buffer.Advance(1 + spaces);
    }

    private void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    private void Quote(string value)
    {
        Byte((byte)'"');
        foreach (var rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"': _buffer.Write("\\\""u8); break;
                case '\\': _buffer.Write("\\\\"u8); break;
                case '\n': _buffer.Write("\\n"u8); break;
                case '\r': _buffer.Write("\\r"u8); break;
                case '\t': _buffer.Write("\\t"u8); break;
                case '\b': _buffer.Write("\\b"u8); break;
                case '\f': _buffer.Write("\\f"u8); break;
                case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029:
                    _buffer.Write(Encoding.ASCII.GetBytes("\\u" + rune.Value.ToString("x4")));
                    break;
                default:
                    _buffer.Advance(rune.EncodeToUtf8(_buffer.GetSpan(4)));
                    break;
            }
        }
        Byte((byte)'"');
    }
}
