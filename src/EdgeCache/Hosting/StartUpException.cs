using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace EdgeCache.Hosting;

/// <summary>A node could not start for a reason a person can put right; the message is the whole story, on one line.</summary>
internal sealed class StartUpException : Exception
{
    public StartUpException()
    {
    }

    public StartUpException(string message)
        : base(message)
    {
    }

    public StartUpException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Words for an address that could not be had; null when the fault is another.</summary>
    public static StartUpException? ForAddress(string address, Exception fault)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return new StartUpException($"{address} cannot be had: another process has it; stop that one or choose another address", fault);
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return new StartUpException($"{address} cannot be had: this machine has no such address", fault);
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return new StartUpException($"{address} cannot be had: not allowed; ports below 1024 need a privilege", fault);
            }
        }

        return null;
    }
}
