import HummingbirdCore
import Logging
import NIOCore

/// A channel whose connections read into small buffers: most requests are small, and an idle connection keeps its buffers.
struct FrugalChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        // In bytes: the poll of an agent fits into the first; an upload makes them grow, and they do not shrink again.
        let buffers = AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 4_096)
        return channel.setOption(.recvAllocator, value: buffers)
            .flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
