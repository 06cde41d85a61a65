using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.Redis.RedisStores;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Redis;

/// <summary>TLS with a private authority, and a user with a password, on a real server.</summary>
public sealed class RedisSecurityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-tls-").FullName;
    private readonly RedisServer _server;
    private readonly int _port;

    public RedisSecurityTests()
    {
        MakeCertificates();
        _port = RedisServer.FreePort();
        _server = new RedisServer(
            "--tls-port", $"{_port}", "--tls-auth-clients", "no", "--tls-cert-file", InFolder("server.crt"), "--tls-key-file", InFolder("server.key"),
            "--tls-ca-cert-file", InFolder("ca.crt"), "--user", "app", "on", ">s3cret", "~ec:*", "&ec:*", "+@read", "+@write", "+@pubsub", "+@scripting", "+@connection", "+info", "+time", "+wait", "+config|get", "--user", "default", "off").Start();
    }

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Store_TlsUserAndPassword_Commits()
    {
        Assert.SkipUnless(Ask("PING") == "PONG", "this redis-server is built without TLS");
        await using var store = Open("s3cret", InFolder("ca.crt"));
        await EventuallyAsync(async () => (await store.ReadDirectoryAsync(Cancel)).Zones.Count == 1);
        await store.PutZoneAsync(Zone(), Cancel);
        Assert.Equal(CommitOutcome.Committed, (await store.PutAsync(Write(Value(Www, "a")))).Outcome);
        Assert.Contains("user=app", Ask("CLIENT", "LIST"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong", true)]
    [InlineData("s3cret", false)]
    public async Task Store_WrongPasswordOrUnknownAuthority_IsNotConnected(string password, bool trusts)
    {
        Assert.SkipUnless(Ask("PING") == "PONG", "this redis-server is built without TLS");
        await using (var good = Open("s3cret", InFolder("ca.crt")))
        {
            await EventuallyAsync(async () => (await good.ReadDirectoryAsync(Cancel)).Zones.Count == 1);
        }

        await using var store = Open(password, trusts ? InFolder("ca.crt") : null);
        for (var i = 0; i < 20; i++)
        {
            var fault = await Assert.ThrowsAsync<StoreException>(async () => await store.ReadDirectoryAsync(Cancel));
            Assert.DoesNotContain("s3cret", fault.Message, StringComparison.Ordinal);
            await Task.Delay(50, Cancel);
        }
    }

    private RedisZoneStore Open(string password, string? authority) => new(
        new RedisStoreOptions { Connection = $"rediss://app@127.0.0.1:{_port}", Password = password, AuthorityFile = authority }, new Random(1), NullLogger<RedisZoneStore>.Instance);

    private void MakeCertificates()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = RSA.Create(2048);
        var authority = new CertificateRequest("CN=test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var key = RSA.Create(2048);
        var server = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var certificate = server.Create(root, now.AddHours(-1), now.AddHours(12), [1, 2, 3, 4]);
        File.WriteAllText(InFolder("ca.crt"), root.ExportCertificatePem());
        File.WriteAllText(InFolder("server.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(InFolder("server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private string Ask(params string[] command) => _server.Cli(["--no-auth-warning", "--user", "app", "--pass", "s3cret", .. command]);

    private string InFolder(string name) => Path.Combine(_folder, name);
}
