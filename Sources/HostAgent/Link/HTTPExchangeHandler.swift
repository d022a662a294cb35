import NIOCore
import NIOHTTP1
import NIOTLS

/// A request with the promise of its answer.
struct HTTPExchange: Sendable {
    var head: HTTPRequestHead
    var body: [UInt8]
    /// Bytes of the answer's body that are read.
    var most: Int
    var reply: EventLoopPromise<HTTPReply>

    init(_ head: HTTPRequestHead, _ body: [UInt8], _ most: Int, _ reply: EventLoopPromise<HTTPReply>) {
        self.head = head
        self.body = body
        self.most = most
        self.reply = reply
    }
}

/// Carries out one ``HTTPExchange`` after the other on a connection.
final class HTTPExchangeHandler: ChannelDuplexHandler {
    typealias OutboundIn = HTTPExchange
    typealias OutboundOut = HTTPClientRequestPart
    typealias InboundIn = HTTPClientResponsePart

    /// For the connection and for the handshake, each.
    static let connectTime = TimeAmount.seconds(10)

    private let isSecure: Bool
    private let ready: EventLoopPromise<Void>
    private var handshakeEnd: Scheduled<Void>?
    private var exchange: HTTPExchange?
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()

    /// - Parameter ready: of the connection for the first exchange; fails with what hinders it.
    init(isSecure: Bool, ready: EventLoopPromise<Void>) {
        self.isSecure = isSecure
        self.ready = ready
    }

    func channelActive(context: ChannelHandlerContext) {
        if isSecure {
            let channel = context.channel
            handshakeEnd = context.eventLoop.scheduleTask(in: Self.connectTime) {
                channel.pipeline.fireErrorCaught(AgentFailure("the TLS handshake did not end within 10 seconds"))
            }
        } else {
            ready.succeed()
        }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            handshakeEnd?.cancel()
            ready.succeed()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        self.exchange = exchange
        context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
        if !exchange.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: exchange.body)))), promise: nil)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let exchange else {
            // Nobody asked.
            context.close(promise: nil)
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, ByteBuffer())
        case .body(var part):
            body.writeBuffer(&part)
            guard body.readableBytes <= exchange.most else {
                fail(context, AgentFailure("the answer is longer than \(exchange.most) bytes"))
                return
            }
        case .end:
            guard let head else { return }
            self.exchange = nil
            exchange.reply.succeed(HTTPReply(head: head, body: body))
            (self.head, body) = (nil, ByteBuffer())
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(context, error) }

    func channelInactive(context: ChannelHandlerContext) {
        fail(context, AgentFailure("the connection ended before the answer did"))
        context.fireChannelInactive()
    }

    /// Of two addresses that are tried at once, one comes too late to be ever active.
    func handlerRemoved(context: ChannelHandlerContext) { ready.fail(ChannelError.ioOnClosedChannel) }

    private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
        handshakeEnd?.cancel()
        ready.fail(error)
        exchange?.reply.fail(error)
        exchange = nil
        context.close(promise: nil)
    }
}
