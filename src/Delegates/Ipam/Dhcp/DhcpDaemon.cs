using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Ipam.Dhcp.Daemon;
using MultiNet.Delegates.Ipam.Dhcp.Leases;
using MultiNet.Delegates.Ipam.Dhcp.Rpc;

namespace MultiNet.Delegates.Ipam.Dhcp;

/// <summary>
/// The daemon that gets leases for containers and keeps them alive: <c>multinet dhcp</c>. One thread, which sleeps until a plugin, a server or a
/// lease's time wakes it; leases stand on disk and outlive it.
/// </summary>
public sealed class DhcpDaemon : IDisposable
{
    private readonly DhcpDaemonOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<string> _log;
    private readonly SafeFileHandle _lock;
    private readonly EventLoop _loop;
    private readonly LeaseKeeper _keeper;
    private readonly RpcServer _server;
    private readonly string _ownSocket = "";

    // ADDs that wait, so that the last one that hangs up ends the asking.
    private readonly Dictionary<LeaseId, int> _waiting = [];

    private DhcpDaemon(DhcpDaemonOptions options, TimeProvider clock, Action<string> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        var store = new LeaseStore(options.HostPrefix + options.StateDirectory);
        _lock = store.Lock();
        Socket? listener = null;
        try
        {
            // Before the leases are read: a DEL that finds nobody here has marked its lease before that.
            listener = DaemonListener.Open(options.HostPrefix + options.SocketPath, Environment.GetEnvironmentVariable, out bool isOwn);
            _ownSocket = isOwn ? options.HostPrefix + options.SocketPath : "";
            _loop = new EventLoop();
            var times = new ClientTimes { Timeout = options.Timeout, ResendMax = options.ResendMax, ResendTimeout = options.ResendTimeout, Broadcast = options.Broadcast };
            _keeper = new LeaseKeeper(new KernelLeaseNetwork(_loop), store, times, clock, log);
            _server = new RpcServer(_loop, listener, clock, socket => new RpcConnection(socket, clock, Serve));
            WritePidFile();
            _keeper.Load();
        }
        catch
        {
            _loop?.Dispose();
            listener?.Dispose();
            RemoveFiles();
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>How many containers have their address from it.</summary>
    public int Leases => _keeper.Bound;

    /// <summary>Begins to listen, and goes on with the leases on disk.</summary>
    /// <param name="options">The options.</param>
    /// <param name="log">Gets a line for each thing that happens.</param>
    /// <exception cref="CniException">It cannot listen, or another daemon has the leases.</exception>
    public static DhcpDaemon Open(DhcpDaemonOptions options, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.PidFile.Length > 0 && !Path.IsPathRooted(options.PidFile))
            throw new CniException(CniErrorCode.InvalidEnvironmentVariables, $"Error writing pidfile \"{options.PidFile}\": path not absolute");
        return new DhcpDaemon(options, TimeProvider.System, log);
    }

    /// <summary>Serves until <see cref="Stop"/> is called.</summary>
    public void Run()
    {
        DaemonListener.Notify("READY=1", Environment.GetEnvironmentVariable);
        while (!_loop.IsStopped)
        {
            long now = _clock.GetTimestamp();
            var next = Earlier(_server.CloseSilent(now), _keeper.NextWake);
            _loop.RunOnce(next is { } at ? at <= now ? TimeSpan.Zero : _clock.GetElapsedTime(now, at) : null);
            _keeper.RunDue();
        }
        DaemonListener.Notify("STOPPING=1", Environment.GetEnvironmentVariable);
    }

    /// <summary>Ends <see cref="Run"/>; from any thread.</summary>
    public void Stop() => _loop.Stop();

    /// <summary>Closes everything. The leases stay, in the containers and on disk.</summary>
    public void Dispose()
    {
        RemoveFiles();
        _server.Dispose();
        _keeper.Close();
        _loop.Dispose();
        _lock.Dispose();
    }

    private static long? Earlier(long? a, long? b) => a is null || (b is { } other && other < a) ? b : a;

    private void Serve(RpcConnection connection, ulong sequence, string method, CallArguments arguments)
    {
        void Fail(CniException e) => connection.Answer(sequence, method, null, e.Message.Length > 0 ? e.Message : "failed");
        try
        {
            switch (method)
            {
                case RpcProtocol.Allocate:
                    Allocate(connection, sequence, arguments, Fail);
                    break;
                case RpcProtocol.Release:
                    _keeper.Release(IdOf(arguments, ParseConfig(arguments)));
                    connection.Answer(sequence, method, null, "");
                    break;
                case RpcProtocol.Check:
                    var config = ParseConfig(arguments);
                    connection.Answer(sequence, method, LeaseResult.Of(_keeper.Find(IdOf(arguments, config)), DhcpConfig.Read(config, arguments.Args)), "");
                    break;
                case RpcProtocol.Collect:
                    Collect(ParseConfig(arguments), arguments);
                    connection.Answer(sequence, method, null, "");
                    break;
                default:
                    connection.Answer(sequence, method, null, $"{RpcProtocol.UnknownMethod}method {Shortened.Text(method, 100)}");
                    break;
            }
        }
        catch (CniException e)
        {
            Fail(e);
        }
        catch (Exception e)
        {
            // A mistake of ours in one call must not end all leases.
            _log($"{method}: unexpected {e.GetType().Name}: {e.Message} {e.StackTrace}");
            Fail(new CniException(CniErrorCode.Internal, $"unexpected {e.GetType().Name}: {e.Message}"));
        }
    }

    private void Allocate(RpcConnection connection, ulong sequence, CallArguments arguments, Action<CniException> fail)
    {
        var json = ParseConfig(arguments);
        var config = DhcpConfig.Read(json, arguments.Args);
        var id = IdOf(arguments, json);
        bool answered = false;
        _waiting[id] = _waiting.GetValueOrDefault(id) + 1;
        bool End()
        {
            if (answered)
                return false;
            answered = true;
            if (--_waiting[id] > 0)
                return false;
            _waiting.Remove(id);
            return true;
        }
        // Who has hung up wants no lease; where it comes all the same, the DEL that follows gives it back.
        connection.Closed += () =>
        {
            if (End())
                _keeper.Abandon(id);
        };
        _keeper.Allocate(
            id, _options.HostPrefix + arguments.NetNs, config,
            lease =>
            {
                End();
                connection.Answer(sequence, RpcProtocol.Allocate, LeaseResult.Of(lease, config), "");
            },
            error =>
            {
                End();
                fail(error);
            });
    }

    private void Collect(JsonFields config, CallArguments arguments)
    {
        var context = new PluginContext(new CniCall { Verb = CniVerb.Gc, Config = arguments.Config }, NoPlugins.Instance);
        if (context.HasValidAttachments)
            _keeper.Collect(config.String("name"), context.ValidAttachments);
    }

    private static JsonFields ParseConfig(CallArguments arguments)
    {
        try
        {
            return JsonFields.Parse(arguments.Config, "network configuration");
        }
        catch (CniException e)
        {
            throw e.Prefixed("error parsing netconf: ");
        }
    }

    private static LeaseId IdOf(CallArguments arguments, JsonFields config)
    {
        var id = new LeaseId(arguments.ContainerId, config.String("name"), arguments.IfName);
        id.Validate();
        return id;
    }

    private void WritePidFile()
    {
        if (_options.PidFile.Length == 0)
            return;
        try
        {
            File.WriteAllText(_options.PidFile, Environment.ProcessId.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"Error writing pidfile \"{_options.PidFile}\": {e.Message}", "", e);
        }
    }

    private void RemoveFiles()
    {
        foreach (string path in (ReadOnlySpan<string>)[_ownSocket, _options.PidFile])
        {
            try
            {
                if (path.Length > 0)
                    File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _log($"cannot remove {path}: {e.Message}");
            }
        }
    }

    private sealed class NoPlugins : IPluginInvoker
    {
        internal static readonly NoPlugins Instance = new();

        public CniResult? Invoke(string type, CniCall call) => throw new InvalidOperationException("the daemon runs no plugins");

        public PluginSource Resolve(string type, IReadOnlyList<string> path) => throw new InvalidOperationException("the daemon runs no plugins");
    }
}
