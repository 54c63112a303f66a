using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Routes.</content>
public sealed partial class RouteBatch
{
    /// <inheritdoc cref="RouteSocket.RouteAdd"/>
    public RouteBatch RouteAdd(Route route, RouteAddMode mode = RouteAddMode.Exclusive)
    {
        ArgumentNullException.ThrowIfNull(route);
        var flags = MessageFlags.Create | mode switch
        {
            RouteAddMode.Exclusive => MessageFlags.Exclusive,
            RouteAddMode.Replace => MessageFlags.Replace,
            RouteAddMode.Append => MessageFlags.Append,
            _ => MessageFlags.None,
        };
        RouteMessages.Write(Begin(MessageType.NewRoute, flags, $"add route {route}"), route, deleting: false);
        return Complete();
    }

    /// <inheritdoc cref="RouteSocket.RouteReplace"/>
    public RouteBatch RouteReplace(Route route) => RouteAdd(route, RouteAddMode.Replace);

    /// <inheritdoc cref="RouteSocket.RouteDelete"/>
    public RouteBatch RouteDelete(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        RouteMessages.Write(Begin(MessageType.DelRoute, MessageFlags.None, $"delete route {route}"), route, deleting: true);
        return Complete();
    }
}
