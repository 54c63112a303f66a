namespace MultiNet.Webhook.Tests.Certificates;

/// <summary>An authority that is lost, damaged or expired is made anew, and what is shown goes on being accepted.</summary>
public sealed class LostAuthorityTests : CertificateTest
{
    [Fact]
    public async Task SecretThatIsDeleted_IsMadeAnew_AndWhatIsShownGoesOnBeingAccepted()
    {
        using Replica a = NewReplica(), b = NewReplica();
        await SettleAsync(a, b);
        string old = Server.Value("ca.crt")!;
        Clock.Pass(TimeSpan.FromDays(2));

        Server.Delete(RegistrationServer.Secret);
        await SettleAsync(a, b);

        Assert.NotEqual(old, Server.Value("ca.crt"));
        Assert.Equal(Server.Value("ca.crt") + old, Server.Bundle());
        AssertAccepted(a, Server.Value("ca.crt"));
        AssertAccepted(b, Server.Value("ca.crt"));
    }

    [Fact]
    public async Task SecretThatIsDeleted_WhileAReplicaStarts_TakesNothingFromTheOthers()
    {
        using Replica a = NewReplica(), fresh = NewReplica();
        await SettleAsync(a);
        string old = Server.Value("ca.crt")!;
        Clock.Pass(TimeSpan.FromDays(2));

        Server.Delete(RegistrationServer.Secret);
        await fresh.PassAsync();

        // It knows what others show from what is published.
        Assert.Contains(old, Server.Bundle());
        AssertAccepted(a);
        Assert.Null(fresh.Certificate.Current); // no API server may have the new authority yet
        await SettleAsync(fresh, a);
        Assert.NotNull(fresh.Certificate.Current);
    }

    [Fact]
    public async Task SecretThatIsDamaged_IsMadeAnew()
    {
        using Replica a = NewReplica(), b = NewReplica();
        await SettleAsync(a, b);
        Server.Change(RegistrationServer.Secret, s => s["data"]!["ca.key"] = Convert.ToBase64String("no key"u8));

        await SettleAsync(a, b);

        AssertAccepted(a, Server.Value("ca.crt"));
        Assert.Contains("certificate and key are not usable", a.Log);
        Assert.Equal("multinet_admission_cert_reload_errors_total 1", a.Metric("multinet_admission_cert_reload_errors_total"));
    }

    [Fact]
    public async Task AuthorityThatExpired_WhileNobodyRan_IsMadeAnew()
    {
        using (var before = NewReplica())
            await SettleAsync(before);
        Clock.Pass(TimeSpan.FromDays(400));
        using var after = NewReplica();

        await after.PassAsync();

        AssertAccepted(after);
        Assert.Equal(Server.Value("ca.crt"), Server.Bundle());
    }
}
