import NIOCore
import NIOEmbedded
import Testing

@testable import API

@Suite("A reader that takes nothing of its answer")
struct SlowReaderHandlerTests {
    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: SlowReaderHandler())
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/reader")).wait()
        return channel
    }

    private func set(_ isWritable: Bool, of channel: EmbeddedChannel) {
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    @Test("is let go when its time is up, and not before")
    func closed() throws {
        let channel = try channel()
        set(false, of: channel)
        channel.embeddedEventLoop.advanceTime(by: SlowReaderHandler.patience - .seconds(1))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test("is kept when it takes something in time")
    func kept() throws {
        let channel = try channel()
        for _ in 1...3 {
            set(false, of: channel)
            channel.embeddedEventLoop.advanceTime(by: SlowReaderHandler.patience - .seconds(1))
            set(true, of: channel)
        }
        channel.embeddedEventLoop.advanceTime(by: SlowReaderHandler.patience * 2)
        #expect(channel.isActive)
        #expect(try channel.finish().isClean)
    }
}
