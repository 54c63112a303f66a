namespace MultiNet.Meta.CommandLine.Arguments;

/// <summary>Reads <c>--option VALUE</c>, <c>--option=VALUE</c>, <c>-o VALUE</c>, <c>-oVALUE</c>, switches and operands; after <c>--</c> all are operands.</summary>
internal static class ArgumentParser
{
    /// <summary>Reads the arguments of a command.</summary>
    /// <exception cref="MisuseException">An unknown or repeated option, a missing or unknown value, an operand that the command does not take.</exception>
    public static ParsedArguments Parse(CommandSyntax syntax, ReadOnlySpan<string> args)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var operands = new List<string>();
        bool wantsHelp = false, onlyOperands = false;
        for (int i = 0; i < args.Length; i++)
        {
            string arg = args[i];
            if (onlyOperands || arg.Length < 2 || arg[0] != '-')
            {
                if (syntax.Operand is null)
                    throw new MisuseException($"unexpected argument \"{arg}\": {syntax.Name} takes options only");
                if (arg.Length == 0)
                    throw new MisuseException("an argument is empty (an unset variable?)");
                operands.Add(arg);
            }
            else if (arg == "--")
            {
                onlyOperands = true;
            }
            else if (arg is "--help" or "-h")
            {
                wantsHelp = true;
            }
            else
            {
                i += ReadOption(syntax, arg, args[(i + 1)..], options);
            }
        }
        return new ParsedArguments(options, operands, wantsHelp);
    }

    // Returns how many of the following arguments were used.
    private static int ReadOption(CommandSyntax syntax, string arg, ReadOnlySpan<string> following, Dictionary<string, string> options)
    {
        var (name, value) = Split(arg);
        var option = Find(syntax, name) ?? throw Unknown(syntax, name);
        int used = 0;
        if (option.Value is null)
        {
            if (value is not null)
                throw new MisuseException($"{name} takes no value, found \"{value}\"");
            value = "";
        }
        else
        {
            // What begins with a dash is more likely the next option than this one's value; "--option=-x" says that it is.
            if (value is null && following.Length > 0 && (following[0].Length < 2 || following[0][0] != '-'))
            {
                value = following[0];
                used = 1;
            }
            if (string.IsNullOrEmpty(value))
                throw new MisuseException($"{name} needs a value: {name} {option.Value}");
            if (option.Allowed is { } allowed && !allowed.Contains(value))
                throw new MisuseException($"{name}: unknown value \"{value}\", allowed: {string.Join(", ", allowed)}");
        }
        if (!options.TryAdd(option.Name, value))
            throw new MisuseException($"{name} is given twice");
        return used;
    }

    private static (string Name, string? Value) Split(string arg)
    {
        if (arg[1] != '-')
            return arg.Length == 2 ? (arg, null) : (arg[..2], arg[2] == '=' ? arg[3..] : arg[2..]);
        int equals = arg.IndexOf('=');
        return equals < 0 ? (arg, null) : (arg[..equals], arg[(equals + 1)..]);
    }

    private static OptionSyntax? Find(CommandSyntax syntax, string name)
    {
        foreach (var option in syntax.Options)
        {
            if (option.Name == name)
                return option;
        }
        return null;
    }

    private static MisuseException Unknown(CommandSyntax syntax, string name)
    {
        var names = new List<string> { "--help" };
        foreach (var option in syntax.Options)
            names.Add(option.Name);
        return new MisuseException($"unknown option {name}{NearestName.Hint(name, names)}");
    }
}
