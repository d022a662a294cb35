import CLibPQ
import Logging

/// Owns one `PGconn`.
///
/// It cannot be copied, so there is one owner and `PQfinish` runs once. libpq wants a connection on one thread at a
/// time: it is opened on a thread of its own and then handed to the loop for good, hence `@unchecked Sendable`.
struct PQHandle: ~Copyable, @unchecked Sendable {
    let raw: OpaquePointer
    /// Where the server's notices go; libpq keeps an unowned pointer to it.
    private let notices: NoticeSink

    init(adopting raw: OpaquePointer, logger: Logger) {
        self.raw = raw
        notices = NoticeSink(logger)
        PQsetNoticeProcessor(
            raw,
            { sink, message in
                guard let sink, let message else { return }
                Unmanaged<NoticeSink>.fromOpaque(sink).takeUnretainedValue().take(String(cString: message))
            },
            Unmanaged.passUnretained(notices).toOpaque()
        )
    }

    deinit { PQfinish(raw) }

    /// The socket to watch for readiness; owned by libpq, never close it.
    var socket: CInt { PQsocket(raw) }

    var lastMessage: String {
        guard let text = PQerrorMessage(raw) else { return "no message" }
        return String(cString: text).trimmed
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)])
    }
}

private final class NoticeSink: Sendable {
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    func take(_ message: String) {
        logger.debug("server notice", metadata: ["postgres.notice": "\(message.trimmed)"])
    }
}
