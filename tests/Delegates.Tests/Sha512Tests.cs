using System.Security.Cryptography;
using System.Text;

namespace MultiNet.Delegates.Tests;

public sealed class Sha512Tests
{
    // The examples of NIST's "SHA512.pdf", and the empty message.
    [Theory]
    [InlineData("abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")]
    [InlineData("", "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e")]
    [InlineData(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909")]
    public void Sha512_GivesThePublishedDigest(string message, string digest) =>
        Assert.Equal(digest, Sha512.Hex(Encoding.ASCII.GetBytes(message)));

    [Fact]
    public void Sha512_AgreesWithTheBaseLibrary_ForEveryLengthAroundTheBlockBorders()
    {
        var random = new Random(512);
        for (int length = 0; length < 520; length++)
        {
            var data = new byte[length];
            random.NextBytes(data);
            Assert.Equal(Convert.ToHexStringLower(SHA512.HashData(data)), Sha512.Hex(data));
        }
    }
}
