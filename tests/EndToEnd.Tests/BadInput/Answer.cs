using System.Text;
using System.Text.Json;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>What the program answered, byte for byte.</summary>
internal sealed record Answer(int ExitCode, byte[] Output, string Errors)
{
    // An error ends up in an event of Kubernetes, of which kubectl shows one line.
    private const int LongestMessage = 4096;
    private const int LongestDetails = 64 * 1024;

    private static readonly HashSet<int> Codes = [1, 2, 3, 4, 5, 6, 7, 8, 11, 50, 51, 999];

    /// <summary>The error's code, message and details, once <see cref="MustBeAnError"/> has looked at them.</summary>
    public (int Code, string Message, string Details) Error
    {
        get
        {
            using var document = JsonDocument.Parse(Output);
            var error = document.RootElement;
            return (
                error.GetProperty("code").GetInt32(), error.GetProperty("msg").GetString()!,
                error.TryGetProperty("details", out var details) ? details.GetString()! : "");
        }
    }

    /// <summary>It must be a success.</summary>
    public Answer MustSucceed()
    {
        Assert.True(ExitCode == 0, ToString());
        return this;
    }

    /// <summary>It must be an error as the specification has it, of a code that it knows, in words for people.</summary>
    public Answer MustBeAnError()
    {
        Assert.True(ExitCode == 1, $"not an error of a plugin (124 and 137: it hung; from 128 up: it crashed): {this}");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(Output);
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"not one JSON value on stdout ({e.Message}): {this}", e);
        }

        using (document)
        {
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
            foreach (var key in document.RootElement.EnumerateObject())
            {
                Assert.True(key.Name is "cniVersion" or "code" or "msg" or "details", $"key {key.Name} is none of an error: {this}");
            }

            Assert.Matches(@"^\d+\.\d+\.\d+$", document.RootElement.GetProperty("cniVersion").GetString());
        }

        var (code, message, details) = Error;
        Assert.True(Codes.Contains(code), $"code {code} is none of the specification: {this}");
        Assert.True(message.Length is > 0 and <= LongestMessage, $"a message of {message.Length} characters: {this}");
        Assert.True(details.Length <= LongestDetails, $"details of {details.Length} characters: {this}");
        foreach (var text in new[] { message, details })
        {
            Assert.False(text.Contains("Exception", StringComparison.Ordinal), $"the name of an exception: {this}");
            Assert.False(text.Contains("   at ", StringComparison.Ordinal), $"a stack trace: {this}");
            Assert.False(text.Any(char.IsControl), $"a control character: {this}");
            Assert.False(text.Contains("; ;", StringComparison.Ordinal) || text.Contains(": :", StringComparison.Ordinal), $"an empty part: {this}");
        }

        return this;
    }

    /// <summary>It must be the error with a code whose message or details say all of these.</summary>
    public Answer MustSay(int code, IEnumerable<string> says)
    {
        MustBeAnError();
        var error = Error;
        Assert.True(error.Code == code, $"expected code {code}: {this}");
        foreach (var text in says)
        {
            Assert.True(
                error.Message.Contains(text, StringComparison.Ordinal) || error.Details.Contains(text, StringComparison.Ordinal),
                $"nothing about \"{text}\": {this}");
        }

        return this;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var output = Encoding.UTF8.GetString(Output.AsSpan(0, Math.Min(Output.Length, 3000)));
        return $"exit code {ExitCode}\n{output}\nstderr: {(Errors.Length > 1000 ? Errors[..1000] : Errors)}";
    }
}
