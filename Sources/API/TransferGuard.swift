import Logging
package import NIOCore
import NIOHTTPTypes

/// Closes a connection whose body comes, or whose answer is taken, more slowly than anybody's who means well.
///
/// An idle connection has no timer: one runs only while a body is under way, or while an answer waits in the socket's buffer.
final class TransferGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let pace: TransferPace
    private let logger: Logger
    private var timer: Scheduled<Void>?
    private var isReading = false
    /// Bytes that came in this period.
    private var read = 0
    /// Bytes that were handed over to be sent in this period.
    private var written = 0
    /// Bytes that waited in the socket's buffer when the period began.
    private var waited = 0

    init(pace: TransferPace, logger: Logger) {
        self.pace = pace
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isReading = true
        case .body(let bytes): read += bytes.readableBytes
        case .end: isReading = false
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if isReading { begin(context) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .body(let bytes) = unwrapOutboundIn(data) { written += bytes.readableBytes }
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        if waiting(context) > 0 { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    // MARK: - Steps

    private func begin(_ context: ChannelHandlerContext) {
        guard timer == nil else { return }
        (read, written, waited) = (0, 0, waiting(context))
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: pace.period) {
            let (guardian, context) = bound.value
            guardian.end(context)
        }
    }

    /// Of a period: the next one begins where something is still under way.
    private func end(_ context: ChannelHandlerContext) {
        timer = nil
        guard context.channel.isActive else { return }
        let waits = waiting(context)
        let taken = waited + written - waits
        if isReading && read < pace.bytes || waited > 0 && waits > 0 && taken < pace.bytes {
            logger.debug(
                "connection closed: it is too slow",
                metadata: ["http.read": "\(read)", "http.taken": "\(taken)"]
            )
            return context.close(promise: nil)
        }
        if isReading || waits > 0 { begin(context) }
    }

    private func waiting(_ context: ChannelHandlerContext) -> Int {
        // A channel without this option has no buffer of its own.
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}

/// How fast a body must come and an answer be taken.
package struct TransferPace: Sendable {
    package var period: TimeAmount
    /// Within each period, of a body and of an answer alike.
    package var bytes: Int

    package init(period: TimeAmount, bytes: Int) {
        self.period = period
        self.bytes = bytes
    }

    /// One kibibyte a second.
    package static let standard = Self(period: .seconds(30), bytes: 30 << 10)
}
