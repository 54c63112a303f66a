using System.Net.Http.Headers;
using System.Text;

namespace MultiNet.Kubernetes.Credentials;

/// <summary>A bearer token in a file, which the kubelet or somebody else renews.</summary>
internal sealed class TokenFileCredential(string path, TimeProvider time) : ICredential
{
    private readonly WatchedFile<Proof> _file = new(path, content => Parse(path, content), time);

    public ValueTask<Proof> GetAsync(CancellationToken cancellationToken) => new(_file.Value);

    public bool Refresh(Proof refused)
    {
        _file.Distrust();
        return true;
    }

    private static Proof Parse(string path, byte[] content)
    {
        string token = Encoding.UTF8.GetString(content).Trim();
        if (token.Length == 0)
            throw new KubeConfigException($"{path}: the token is empty");
        foreach (char c in token)
        {
            if (c is <= ' ' or > '~')
                throw new KubeConfigException($"{path}: not a token: it holds blanks, line breaks or other characters that no token has");
        }
        return new Proof(new AuthenticationHeaderValue("Bearer", token), null);
    }
}
