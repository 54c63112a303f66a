namespace MultiNet.Validation;

public static partial class RuleCatalogue
{
    private static Rule[] General() =>
    [
        Error("MN-GEN-001", "Only so many findings are listed",
            "One text can break a rule in every second byte; 100 errors and 100 warnings of one object are listed and the rest is counted. An error where one of those that are not listed is."),
    ];
}
