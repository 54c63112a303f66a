using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using MultiNet.Meta.Configuration;
using Serilog.Core;
using Serilog.Events;

namespace MultiNet.Meta.Logging;

/// <summary>
/// Appends to a file that many short processes write at the same time: each line is one write to a descriptor opened for appending, so
/// that lines never mix. Serilog's own file sink writes at the position where it opened the file and would overwrite the others' lines.
/// A full file is set aside as <c>name-TIME.ext</c>; the log is always the file that was named.
/// </summary>
internal sealed class RotatingFileSink : ILogEventSink, IDisposable
{
    private readonly string _path;
    private readonly LogOptions _options;
    private readonly TextWriter _trouble;
    private readonly TimeProvider _clock;
    private SafeFileHandle? _file;
    private bool _reported;

    public RotatingFileSink(string path, LogOptions options, TextWriter trouble, TimeProvider? clock = null)
    {
        _path = path;
        _options = options;
        _trouble = trouble;
        _clock = clock ?? TimeProvider.System;
    }

    public void Emit(LogEvent logEvent)
    {
        try
        {
            byte[] line = Encoding.UTF8.GetBytes(LogLine.Format(logEvent));
            RotateIfFull(line.Length);
            _file ??= AppendOnly.Open(_path);
            AppendOnly.Write(_file, line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            if (!_reported)
                _trouble.WriteLine($"multinet: cannot write the log {_path}: {e.Message}");
            _reported = true;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void RotateIfFull(int next)
    {
        long most = (long)_options.MaxSize * 1024 * 1024;
        var current = new FileInfo(_path);
        if (most == 0 || !current.Exists || current.Length == 0 || current.Length + next <= most)
            return;
        _file?.Dispose();
        _file = null;
        string folder = current.DirectoryName!;
        string name = Path.GetFileNameWithoutExtension(_path), extension = Path.GetExtension(_path);
        string time = _clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss.fff", CultureInfo.InvariantCulture);
        try
        {
            File.Move(_path, Path.Combine(folder, $"{name}-{time}{extension}"), overwrite: false);
        }
        catch (FileNotFoundException)
        {
            // Another process was quicker.
        }
        Prune(folder, name, extension);
    }

    private void Prune(string folder, string name, string extension)
    {
        var oldest = _options.MaxAge == 0 ? DateTime.MinValue : _clock.GetUtcNow().UtcDateTime.AddDays(-_options.MaxAge);
        var kept = new List<FileInfo>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles($"{name}-????-??-??T*{extension}"))
            kept.Add(file);
        kept.Sort((a, b) => string.CompareOrdinal(b.Name, a.Name));
        for (int i = 0; i < kept.Count; i++)
        {
            if ((_options.MaxBackups > 0 && i >= _options.MaxBackups) || kept[i].LastWriteTimeUtc < oldest)
                kept[i].Delete();
        }
    }
}
