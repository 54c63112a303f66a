using System.Collections.Concurrent;
using Xunit.Abstractions;

namespace MultiNet.Tests.Vm;

/// <summary>Writes what became of each test, as it ends, and counts.</summary>
internal sealed class TestReport(TextWriter output) : LongLivedMarshalByRefObject, IMessageSink
{
    /// <summary>A test that takes longer will not end: the whole program is ended, and says which tests were running.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, long> _running = [];
    private readonly ManualResetEventSlim _ended = new();
    private readonly Lock _lock = new();
    private int _passed;
    private int _failed;
    private int _skipped;

    /// <inheritdoc/>
    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case ITestStarting test:
                    _running[test.Test.DisplayName] = TimeProvider.System.GetTimestamp();
                    break;
                case ITestPassed test:
                    _passed++;
                    output.WriteLine($"  Passed {test.Test.DisplayName} [{test.ExecutionTime:0.0} s]");
                    break;
                case ITestSkipped test:
                    _skipped++;
                    output.WriteLine($"  Skipped {test.Test.DisplayName}: {test.Reason}");
                    break;
                case ITestFailed test:
                    Failed($"{test.Test.DisplayName} [{test.ExecutionTime:0.0} s]", test);
                    if (test.Output.Length > 0)
                    {
                        output.WriteLine($"  Its output:\n{test.Output}");
                    }

                    break;
                case IFailureInformation failure: // a fixture, a constructor, the clean-up of a class
                    Failed(message.GetType().Name, failure);
                    break;
                case ITestAssemblyFinished:
                    _ended.Set();
                    break;
            }

            if (message is ITestFinished finished)
            {
                _running.TryRemove(finished.Test.DisplayName, out _);
            }

            output.Flush();
        }

        return true;
    }

    /// <summary>Returns when all tests have ended. When one does not, the program ends here.</summary>
    public void WaitForTheEnd()
    {
        while (!_ended.Wait(TimeSpan.FromSeconds(10)))
        {
            var late = _running.Where(t => TimeProvider.System.GetElapsedTime(t.Value) > s_patience).Select(t => t.Key).ToList();
            if (late.Count > 0)
            {
                lock (_lock)
                {
                    output.WriteLine($"  Failed {string.Join(", ", late)}: not ended after {s_patience.TotalMinutes} minutes; the tests after it were not run");
                    _failed += late.Count;
                }

                WriteSummary();
                Environment.Exit(1);
            }
        }
    }

    /// <summary>Writes the last line.</summary>
    /// <returns>Whether all tests have passed.</returns>
    public bool WriteSummary()
    {
        output.WriteLine($"{_passed} passed, {_failed} failed, {_skipped} skipped");
        output.Flush();
        return _passed > 0 && _failed == 0 && _skipped == 0;
    }

    private void Failed(string what, IFailureInformation failure)
    {
        _failed++;
        output.WriteLine($"  Failed {what}");
        for (int i = 0; i < failure.Messages.Length; i++)
        {
            output.WriteLine($"{failure.ExceptionTypes[i]}: {failure.Messages[i]}\n{failure.StackTraces[i]}");
        }
    }
}
