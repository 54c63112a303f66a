namespace MultiNet.Kubernetes.Requests;

/// <summary>An answer is longer than what is read of one.</summary>
internal sealed class AnswerTooLongException : IOException
{
    public AnswerTooLongException()
        : base("the answer is longer than allowed")
    {
    }
}
