using System.Runtime.InteropServices;

namespace MultiNet.Cni.Exec;

/// <summary>
/// Feeds a started process, collects what it prints, and waits for its end. The end is that of the process itself: one that it leaves
/// behind with our pipes open does not keep us waiting.
/// </summary>
internal sealed unsafe class ChildProcess
{
    /// <summary>A plugin that prints more bytes than this is killed.</summary>
    internal const int MaxPluginOutput = 16 * 1024 * 1024;

    /// <summary>So many of the last bytes of standard error are kept.</summary>
    internal const int KeptErrors = 64 * 1024;

    private readonly Spawn _spawn;
    private readonly ReadOnlyMemory<byte> _input;
    private readonly Action<ReadOnlyMemory<byte>>? _copyErrors;
    private readonly int _maxOutput;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private byte[] _output = new byte[4096], _errors = [];
    private int _inputWritten, _outputLength, _errorsLength;

    internal ChildProcess(Spawn spawn, ReadOnlyMemory<byte> input, Action<ReadOnlyMemory<byte>>? copyErrors, int maxOutput = MaxPluginOutput)
    {
        _spawn = spawn;
        _input = input;
        _copyErrors = copyErrors;
        _maxOutput = maxOutput;
    }

    /// <summary>Runs it to its end.</summary>
    internal ExecOutcome Run(Deadline deadline)
    {
        WriteInput();
        while (true)
        {
            if (Wait(deadline))
                return Finish(Reap(Libc.NoHang) ?? Reap(0));
            if (_outputLength > _maxOutput)
                return Kill(ExecEnd.TooMuchOutput);
            if (deadline.HasPassed)
                return Kill(ExecEnd.DeadlinePassed);
        }
    }

    // True when the process has ended.
    private bool Wait(Deadline deadline)
    {
        PollDescriptor* waits = stackalloc PollDescriptor[4];
        waits[0] = new PollDescriptor { Descriptor = _spawn.Input, Events = Libc.PollOut };
        waits[1] = new PollDescriptor { Descriptor = _spawn.Output, Events = Libc.PollIn };
        waits[2] = new PollDescriptor { Descriptor = _spawn.Errors, Events = Libc.PollIn };
        waits[3] = new PollDescriptor { Descriptor = _spawn.ProcessDescriptor, Events = Libc.PollIn };
        int milliseconds = deadline.IsNone ? -1 : deadline.RemainingMilliseconds;
        if (_spawn.ProcessDescriptor < 0)
            milliseconds = milliseconds < 0 ? 10 : Math.Min(milliseconds, 10);
        // poll ignores negative descriptors, which the closed ones are.
        if (Libc.Poll(waits, 4, milliseconds) < 0)
            return false;
        if (waits[0].Returned != 0)
            WriteInput();
        if (waits[1].Returned != 0 && !ReadOutput())
            _spawn.CloseOutput();
        if (waits[2].Returned != 0 && !ReadErrors())
            _spawn.CloseErrors();
        return _spawn.ProcessDescriptor < 0 ? HasEnded() : waits[3].Returned != 0;
    }

    private void WriteInput()
    {
        while (_spawn.Input >= 0)
        {
            var rest = _input.Span[_inputWritten..];
            if (rest.IsEmpty)
            {
                _spawn.CloseInput();
                return;
            }
            nint written;
            fixed (byte* start = rest)
                written = Libc.Write(_spawn.Input, start, (nuint)rest.Length);
            if (written > 0)
            {
                _inputWritten += (int)written;
                continue;
            }
            int error = Marshal.GetLastPInvokeError();
            if (error == Libc.EAgain)
                return;
            if (error != Libc.EIntr)
                _spawn.CloseInput(); // it does not want to read: its business
        }
    }

    // Reads what is there; false at the end of the stream.
    private bool ReadOutput()
    {
        while (_outputLength <= _maxOutput)
        {
            int read = Read(_spawn.Output);
            if (read <= 0)
                return read < 0;
            if (_outputLength + read > _output.Length)
                Array.Resize(ref _output, Math.Max(_output.Length * 2, _outputLength + read));
            _buffer.AsSpan(0, read).CopyTo(_output.AsSpan(_outputLength));
            _outputLength += read;
        }
        return true;
    }

    // At most a megabyte at a time, so that a process that prints without end cannot hold us here past the deadline.
    private bool ReadErrors()
    {
        for (int total = 0; total < 1024 * 1024;)
        {
            int read = Read(_spawn.Errors);
            if (read <= 0)
                return read < 0;
            total += read;
            KeepErrors(_buffer.AsSpan(0, read));
            _copyErrors?.Invoke(_buffer.AsMemory(0, read));
        }
        return true;
    }

    private void KeepErrors(ReadOnlySpan<byte> bytes)
    {
        if (_errorsLength + bytes.Length > _errors.Length)
        {
            int kept = Math.Min(_errorsLength, KeptErrors);
            byte[] larger = _errorsLength + bytes.Length <= 2 * KeptErrors ? new byte[Math.Max(2 * _errors.Length, _errorsLength + bytes.Length)] : _errors;
            _errors.AsSpan(_errorsLength - kept, kept).CopyTo(larger);
            _errors = larger;
            _errorsLength = kept;
            if (_errorsLength + bytes.Length > _errors.Length)
                Array.Resize(ref _errors, _errorsLength + bytes.Length);
        }
        bytes.CopyTo(_errors.AsSpan(_errorsLength));
        _errorsLength += bytes.Length;
    }

    // The count, 0 at the end of the stream, -1 where nothing is there yet.
    private int Read(int descriptor)
    {
        if (descriptor < 0)
            return -1;
        while (true)
        {
            nint read;
            fixed (byte* start = _buffer)
                read = Libc.Read(descriptor, start, (nuint)_buffer.Length);
            if (read >= 0)
                return (int)read;
            int error = Marshal.GetLastPInvokeError();
            if (error != Libc.EIntr)
                return error == Libc.EAgain ? -1 : 0;
        }
    }

    private ExecOutcome Kill(ExecEnd reason)
    {
        // The group, for its children; itself as well, should it have left the group.
        Libc.Kill(-_spawn.Process, Libc.SigKill);
        Libc.Kill(_spawn.Process, Libc.SigKill);
        // SIGKILL cannot be refused, but a process in the kernel (a device that does not answer) may take its time.
        var patience = Deadline.After(TimeSpan.FromSeconds(5));
        while (!patience.HasPassed && !Wait(patience))
        {
            if (_outputLength > _maxOutput)
                _spawn.CloseOutput();
        }
        Reap(Libc.NoHang);
        return Finish((reason, 0));
    }

    private (ExecEnd End, int Status)? _reaped;

    private bool HasEnded() => Reap(Libc.NoHang) is not null;

    private (ExecEnd End, int Status)? Reap(int options)
    {
        while (_reaped is null)
        {
            int status;
            int process = Libc.WaitPid(_spawn.Process, &status, options);
            if (process == 0)
                return null;
            if (process == _spawn.Process)
                _reaped = (status & 0x7f) == 0 ? (ExecEnd.Exited, (status >> 8) & 0xff) : (ExecEnd.Signaled, status & 0x7f);
            else if (Marshal.GetLastPInvokeError() != Libc.EIntr)
                _reaped = (ExecEnd.Unknown, 0);
        }
        return _reaped;
    }

    private ExecOutcome Finish((ExecEnd End, int Status)? end)
    {
        // What it printed before its end is in the pipes, whoever else still holds them open.
        ReadOutput();
        ReadErrors();
        var (reason, status) = end ?? (ExecEnd.Unknown, 0);
        if (_outputLength > _maxOutput)
            reason = ExecEnd.TooMuchOutput;
        int kept = Math.Min(_errorsLength, KeptErrors);
        return new ExecOutcome(reason, status, _output.AsMemory(0, _outputLength), _errors.AsMemory(_errorsLength - kept, kept));
    }
}
