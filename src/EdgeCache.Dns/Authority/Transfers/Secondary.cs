using System.Net;
using EdgeCache.Dns.Authority.Tsig;

namespace EdgeCache.Dns.Authority.Transfers;

/// <summary>A server that is told of changes (NOTIFY), and the key that signs what it is told; null: nothing is signed.</summary>
public sealed record Secondary(IPEndPoint Address, TsigKey? Key = null);
