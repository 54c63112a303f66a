using System.Buffers.Binary;
using System.Net;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>
/// Reads <see cref="NftRuleContent"/> out of a listed rule's expressions (NFTA_LIST_ELEM). It follows what each register holds, since a rule
/// loads a value in one expression and compares or uses it in a later one.
/// </summary>
internal sealed class NftRuleContentReader
{
    private const ushort ListElement = 1;
    private const ushort ExpressionName = 1;
    private const ushort ExpressionData = 2;
    private const ushort DataValue = 1;
    private const ushort DataVerdict = 2;
    private const ushort Offset4Source = 12, Offset4Destination = 16, Offset6Source = 8, Offset6Destination = 24;

    private readonly Dictionary<uint, Loaded> _loaded = [];
    private readonly Dictionary<uint, byte[]> _constants = [];
    private NftRuleContent _content = new();

    private enum Loaded
    {
        Other,
        Source,
        Destination,
        DestinationPort,
        Protocol,
        DestinationType,
        ConnectionStatus,
        IsDestinationRewritten,
    }

    internal static NftRuleContent Read(ReadOnlySpan<byte> expressions)
    {
        var reader = new NftRuleContentReader();
        var elements = new AttributeReader(expressions);
        while (elements.Read())
        {
            if (elements.Type != ListElement)
                continue;
            string name = "";
            AttributeReader data = default;
            var element = elements.Nested();
            while (element.Read())
            {
                switch (element.Type)
                {
                    case ExpressionName: name = element.String(); break;
                    case ExpressionData: data = element.Nested(); break;
                }
            }
            if (!reader.Take(name, data))
                reader._content = reader._content with { HasMore = true };
        }
        return reader._content;
    }

    private bool Take(string name, AttributeReader data) => name switch
    {
        "meta" => Load(data, destination: 1, what: 2, value => value == (uint)NftMetaKey.TransportProtocol ? Loaded.Protocol : Loaded.Other),
        "fib" => Load(data, destination: 1, what: 2, value => value == NftDestinationType.AddressType ? Loaded.DestinationType : Loaded.Other),
        "ct" => Load(data, destination: 1, what: 2, value => value == NftConnectionStatus.StatusKey ? Loaded.ConnectionStatus : Loaded.Other),
        "payload" => LoadPayload(data),
        "bitwise" => CutOut(data),
        "cmp" => Compare(data),
        "immediate" => Constant(data),
        "nat" => DestinationNat(data),
        "masq" => Set(_content with { Masquerades = true }),
        "counter" => true, // counts, and changes nothing
        _ => false,
    };

    private bool Set(NftRuleContent content)
    {
        _content = content;
        return true;
    }

    private bool Load(AttributeReader data, ushort destination, ushort what, Func<uint, Loaded> meaning)
    {
        uint register = 0;
        var loaded = Loaded.Other;
        while (data.Read())
        {
            if (data.Type == destination)
                register = data.U32BigEndian();
            else if (data.Type == what)
                loaded = meaning(data.U32BigEndian());
        }
        _loaded[register] = loaded;
        return loaded != Loaded.Other;
    }

    private bool LoadPayload(AttributeReader data)
    {
        uint register = 0, header = 0, offset = 0, length = 0;
        while (data.Read())
        {
            switch (data.Type)
            {
                case 1: register = data.U32BigEndian(); break;
                case 2: header = data.U32BigEndian(); break;
                case 3: offset = data.U32BigEndian(); break;
                case 4: length = data.U32BigEndian(); break;
            }
        }
        var loaded = ((NftPayloadBase)header, offset, length) switch
        {
            (NftPayloadBase.Network, Offset4Source, 4) or (NftPayloadBase.Network, Offset6Source, 16) => Loaded.Source,
            (NftPayloadBase.Network, Offset4Destination, 4) or (NftPayloadBase.Network, Offset6Destination, 16) => Loaded.Destination,
            (NftPayloadBase.Transport, 2, 2) => Loaded.DestinationPort,
            _ => Loaded.Other,
        };
        _loaded[register] = loaded;
        return loaded != Loaded.Other;
    }

    // Only "status and dnat" is known.
    private bool CutOut(AttributeReader data)
    {
        uint source = 0, destination = 0;
        bool mask = false;
        while (data.Read())
        {
            switch (data.Type)
            {
                case 1: source = data.U32BigEndian(); break;
                case 2: destination = data.U32BigEndian(); break;
                case 4: mask = Value(data.Nested()).AsSpan().SequenceEqual(BitConverter.GetBytes(NftConnectionStatus.DestinationNat)); break;
            }
        }
        bool known = mask && _loaded.GetValueOrDefault(source) == Loaded.ConnectionStatus;
        _loaded[destination] = known ? Loaded.IsDestinationRewritten : Loaded.Other;
        return known;
    }

    private bool Compare(AttributeReader data)
    {
        uint register = 0, operation = 0;
        byte[] value = [];
        while (data.Read())
        {
            switch (data.Type)
            {
                case 1: register = data.U32BigEndian(); break;
                case 2: operation = data.U32BigEndian(); break;
                case 3: value = Value(data.Nested()); break;
            }
        }
        var loaded = _loaded.GetValueOrDefault(register);
        const uint equal = 0, notEqual = 1;
        if (operation == notEqual && loaded == Loaded.IsDestinationRewritten && value.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            return Set(_content with { DestinationRewritten = true });
        if (operation != equal)
            return false;
        return (loaded, value.Length) switch
        {
            (Loaded.Source, 4 or 16) => Set(_content with { Source = new IPAddress(value) }),
            (Loaded.Destination, 4 or 16) => Set(_content with { Destination = new IPAddress(value) }),
            (Loaded.DestinationPort, 2) => Set(_content with { DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(value) }),
            (Loaded.Protocol, 1) => Set(_content with { Protocol = value[0] }),
            (Loaded.DestinationType, 4) when BitConverter.ToUInt32(value) == (uint)RouteType.Local => Set(_content with { ToThisHost = true }),
            _ => false,
        };
    }

    private bool Constant(AttributeReader data)
    {
        uint register = NftRegister.Verdict;
        byte[] value = [];
        string? jump = null;
        bool verdict = false;
        while (data.Read())
        {
            if (data.Type == 1)
            {
                register = data.U32BigEndian();
            }
            else if (data.Type == 2)
            {
                var inner = data.Nested();
                while (inner.Read())
                {
                    verdict |= inner.Type == DataVerdict;
                    if (inner.Type == DataVerdict)
                        jump = JumpTarget(inner.Nested());
                    else if (inner.Type == DataValue)
                        value = inner.Value.ToArray();
                }
            }
        }
        if (verdict)
            return jump is not null && Set(_content with { Jump = jump });
        _constants[register] = value;
        return true;
    }

    private static string? JumpTarget(AttributeReader verdict)
    {
        int code = 0;
        string chain = "";
        while (verdict.Read())
        {
            switch (verdict.Type)
            {
                case 1: code = (int)verdict.U32BigEndian(); break;
                case 2: chain = verdict.String(); break;
            }
        }
        return code == (int)NftVerdictCode.Jump ? chain : null;
    }

    private bool DestinationNat(AttributeReader data)
    {
        uint type = 0, address = 0, port = 0;
        while (data.Read())
        {
            switch (data.Type)
            {
                case 1: type = data.U32BigEndian(); break;
                case 3: address = data.U32BigEndian(); break;
                case 5: port = data.U32BigEndian(); break;
            }
        }
        const uint destinationNat = 1;
        if (type != destinationNat || _constants.GetValueOrDefault(address) is not { Length: 4 or 16 } bytes)
            return false;
        int number = port == 0 ? 0 : _constants.GetValueOrDefault(port) is { Length: >= 2 } digits ? BinaryPrimitives.ReadUInt16BigEndian(digits) : -1;
        return number >= 0 && Set(_content with { NewDestination = new IPEndPoint(new IPAddress(bytes), number) });
    }

    private static byte[] Value(AttributeReader data)
    {
        while (data.Read())
        {
            if (data.Type == DataValue)
                return data.Value.ToArray();
        }
        return [];
    }
}
