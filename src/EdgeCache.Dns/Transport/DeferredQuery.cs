using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Transport;

/// <summary>One waiting UDP query and the way back to its client. Used again after <see cref="Clear"/>.</summary>
internal sealed class DeferredQuery : IResponseSink
{
    private const int UsualLength = 512;
    private const int MaxControl = 64;
    private readonly byte[] _peer = new byte[RawAddress.MaxLength];
    private readonly byte[] _control = new byte[MaxControl];
    private byte[] _query = new byte[UsualLength];
    private int _queryLength;
    private int _peerLength;
    private int _controlLength;
    private UdpSocket? _socket;
    private IDnsResponder? _responder;
    private QuerySource _source;

    public void Fill(
        UdpSocket socket, IDnsResponder responder, ReadOnlySpan<byte> query, in QuerySource source, ReadOnlySpan<byte> peer, ReadOnlySpan<byte> control)
    {
        _socket = socket;
        _responder = responder;
        _source = source;
        if (query.Length > _query.Length)
        {
            _query = new byte[UdpSocket.MaxQuery];
        }

        query.CopyTo(_query);
        _queryLength = query.Length;
        _peerLength = Math.Min(peer.Length, _peer.Length);
        peer[.._peerLength].CopyTo(_peer);
        _controlLength = control.Length <= _control.Length ? control.Length : 0;
        control[.._controlLength].CopyTo(_control);
    }

    public ValueTask AnswerAsync(CancellationToken cancellation) =>
        _responder is null ? default : _responder.RespondAsync(_query.AsMemory(0, _queryLength), _source, this, cancellation);

    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        new(_socket is not null && _socket.Send(message.Span, _peer.AsSpan(0, _peerLength), _control.AsSpan(0, _controlLength)));

    public void Fail()
    {
        Span<byte> answer = stackalloc byte[WireLimits.HeaderLength];
        int length = ServerFailure.Write(_query.AsSpan(0, _queryLength), answer);
        _socket?.Send(answer[..length], _peer.AsSpan(0, _peerLength), _control.AsSpan(0, _controlLength));
    }

    public void Clear()
    {
        _socket = null;
        _responder = null;
        if (_query.Length > UsualLength)
        {
            _query = new byte[UsualLength];
        }
    }
}
