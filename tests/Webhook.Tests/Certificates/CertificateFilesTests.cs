using MultiNet.Hosting.Logging;
using MultiNet.Webhook.Certificates;
using MultiNet.Webhook.Metrics;

namespace MultiNet.Webhook.Tests.Certificates;

public sealed class CertificateFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-certificate-").FullName;
    private readonly ManualClock _clock = new();
    private readonly MemoryStream _log = new();
    private readonly WebhookMetrics _metrics = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CertificateFiles Files() => new(Path.Combine(_folder, "tls.crt"), Path.Combine(_folder, "tls.key"), new DaemonLog(_log, DaemonLogLevel.Debug), _metrics, _clock);

    private string Log => System.Text.Encoding.UTF8.GetString(_log.ToArray());

    private double Errors => _metrics.CertificateReloadErrors.Value();

    private PemPair Pair(string name, int days = 60) => PemPair.Make(name, _clock.Now + TimeSpan.FromDays(days));

    private void Write(PemPair pair)
    {
        File.WriteAllText(Path.Combine(_folder, "tls.crt"), pair.Certificate);
        File.WriteAllText(Path.Combine(_folder, "tls.key"), pair.Key);
    }

    private static string Subject(CertificateFiles files) => files.Current!.TargetCertificate.Subject;

    [Fact]
    public void Pair_IsShown()
    {
        Write(Pair("one"));
        var files = Files();

        files.Look();

        Assert.Equal("CN=one", Subject(files));
        Assert.Equal(_clock.Now + TimeSpan.FromDays(60), files.NotAfter);
        Assert.True(files.Current!.TargetCertificate.HasPrivateKey);
    }

    [Fact]
    public void NewPair_InPlaceOfTheOld_IsShown()
    {
        Write(Pair("one"));
        var files = Files();
        files.Look();

        Write(Pair("two"));
        files.Look();

        Assert.Equal("CN=two", Subject(files));
    }

    [Fact]
    public void NewPair_BehindALinkThatIsSwapped_IsShown()
    {
        // As the kubelet mounts a Secret: tls.crt -> ..data/tls.crt, ..data -> a folder for each version.
        void Publish(string version, PemPair pair)
        {
            Directory.CreateDirectory(Path.Combine(_folder, version));
            File.WriteAllText(Path.Combine(_folder, version, "tls.crt"), pair.Certificate);
            File.WriteAllText(Path.Combine(_folder, version, "tls.key"), pair.Key);
            File.Delete(Path.Combine(_folder, "..data"));
            File.CreateSymbolicLink(Path.Combine(_folder, "..data"), version);
        }

        Publish("..1", Pair("one"));
        File.CreateSymbolicLink(Path.Combine(_folder, "tls.crt"), "..data/tls.crt");
        File.CreateSymbolicLink(Path.Combine(_folder, "tls.key"), "..data/tls.key");
        var files = Files();
        files.Look();
        Assert.Equal("CN=one", Subject(files));

        Publish("..2", Pair("two"));
        files.Look();

        Assert.Equal("CN=two", Subject(files));
        Assert.Equal(0, Errors);
    }

    [Theory]
    [InlineData("key of another")]
    [InlineData("no key")]
    [InlineData("no certificate")]
    [InlineData("nothing")]
    [InlineData("half")]
    [InlineData("expired")]
    [InlineData("too long")]
    public void PairThatCannotBeUsed_LeavesTheOneBefore_AndIsToldOnce(string what)
    {
        Write(Pair("one"));
        var files = Files();
        files.Look();
        var shown = files.Current;
        PemPair good = Pair("two"), other = Pair("three");
        Write(what switch
        {
            "key of another" => good with { Key = other.Key },
            "no key" => good with { Key = "" },
            "no certificate" => good with { Certificate = other.Key },
            "nothing" => new PemPair("", ""),
            "half" => good with { Certificate = good.Certificate[..200] },
            "too long" => good with { Certificate = new string('x', 2_000_000) },
            _ => PemPair.Make("old", _clock.Now - TimeSpan.FromDays(1)),
        });

        files.Look();
        files.Look();

        Assert.Same(shown, files.Current);
        Assert.Equal(2, Errors);
        Assert.Single(Log.Split('\n'), l => l.Contains("stays in use", StringComparison.Ordinal));
        Assert.DoesNotContain("PRIVATE", Log);

        Write(good);
        files.Look();
        Assert.Equal("CN=two", Subject(files));
    }

    [Fact]
    public void FilesThatAreMissing_AreWaitedFor()
    {
        var files = Files();

        files.Look();
        Assert.Null(files.Current);
        Assert.Equal(DateTimeOffset.UnixEpoch, files.NotAfter);
        Assert.Contains("there is none to serve with", Log);
        Write(Pair("late"));
        files.Look();

        Assert.Equal("CN=late", Subject(files));
    }

    [Fact]
    public void ExpiredPair_IsBetterThanNone()
    {
        Write(PemPair.Make("old", _clock.Now - TimeSpan.FromDays(1)));
        var files = Files();

        files.Look();

        Assert.Equal("CN=old", Subject(files));
    }

    [Fact]
    public void SamePair_IsNotReadIntoANewContext()
    {
        Write(Pair("one"));
        var files = Files();
        files.Look();
        var shown = files.Current;

        files.Look();

        Assert.Same(shown, files.Current);
    }
}
