using System.Collections.Concurrent;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace MultiNet.Tests.Vm;

/// <summary>
/// Every test project is a program that runs its tests of the virtual machine by itself. There, where every instruction is emulated, starting
/// <c>dotnet test</c> takes longer than most tests. <c>PROJECT.dll [TEXT]</c>: those with the trait Kernel=vm whose name, with class and arguments, contains the text.
/// The last line is "N passed, N failed, N skipped".
/// </summary>
internal static class TestProgram
{
    public static int Main(string[] arguments)
    {
        var assembly = typeof(TestProgram).Assembly;
        var report = new TestReport(Console.Out);
        using var framework = new XunitTestFramework(report);
        var tests = Find(framework, assembly, arguments.Length > 0 ? arguments[0] : "");
        if (tests.Count == 0)
        {
            Console.Error.WriteLine($"no test of {assembly.GetName().Name} has the trait Kernel=vm{(arguments.Length > 0 ? $" and '{arguments[0]}' in its name" : "")}");
            return 1;
        }

        using (var executor = framework.GetExecutor(assembly.GetName()))
        {
            // Everything between two steps of a test is waiting or another program: a third test fills the gaps of two processors.
            executor.RunTests(tests, report, new TestOptions { ["xunit.execution.MaxParallelThreads"] = Environment.ProcessorCount + 1 });
            report.WaitForTheEnd();
        }

        return report.WriteSummary() ? 0 : 1;
    }

    // Only classes that have such tests are looked at, and theories' data is not asked for before it is needed, unless it is to be chosen from.
    private static List<ITestCase> Find(XunitTestFramework framework, Assembly assembly, string text)
    {
        var found = new List<ITestCase>();
        using var discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        foreach (var type in assembly.GetTypes().Where(t => NeedsVm(t) || t.GetMethods().Any(NeedsVm)))
        {
            using var discovery = new Discovery();
            discoverer.Find(type.FullName, includeSourceInformation: false, discovery, new TestOptions { ["xunit.discovery.PreEnumerateTheories"] = text.Length > 0 });
            discovery.Complete.Wait();
            found.AddRange(discovery.Tests.Where(t => t.Traits.TryGetValue("Kernel", out var kernels) && kernels.Contains("vm")
                && t.DisplayName.Contains(text, StringComparison.Ordinal)));
        }

        return found;
    }

    private static bool NeedsVm(MemberInfo member) => member.GetCustomAttributesData().Any(a =>
        a.AttributeType == typeof(TraitAttribute) && a.ConstructorArguments is [{ Value: "Kernel" }, { Value: "vm" }]);

    private sealed class Discovery : LongLivedMarshalByRefObject, IMessageSink, IDisposable
    {
        public ConcurrentQueue<ITestCase> Tests { get; } = [];

        public ManualResetEventSlim Complete { get; } = new();

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage found:
                    Tests.Enqueue(found.TestCase);
                    break;
                case IDiscoveryCompleteMessage:
                    Complete.Set();
                    break;
            }

            return true;
        }

        public void Dispose() => Complete.Dispose();
    }

    private sealed class TestOptions : Dictionary<string, object>, ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        public TValue GetValue<TValue>(string name) => TryGetValue(name, out var value) ? (TValue)value : default!;

        public void SetValue<TValue>(string name, TValue value) => this[name] = value!;
    }
}
