import AgentProtocol

/// What programs printed in the last orders, compressed: a folder for each order, a file for each program.
///
/// A file `NAME.gz` waits for its upload; it is `NAME+sent.gz` afterwards, for whoever looks on the host itself.
package struct OutputStore: Sendable {
    /// Most orders of which outputs are kept.
    package static let maximumOrders = 50
    /// Most bytes of all outputs.
    package static let maximumBytes: Int64 = 100_000_000

    /// One output that waits for its upload.
    package struct Pending: Equatable, Sendable {
        package var order: String
        package var name: String
        fileprivate var path: String
    }

    private static let waiting = ".gz"
    /// No name of an output has a plus sign.
    private static let sent = "+sent.gz"

    private let folder: String

    package init(folder: String) throws(FileFailure) {
        self.folder = folder
        try DurableFile.makeFolder(folder, mode: 0o700)
    }

    /// Keeps the text without its secrets, to be uploaded; the same again changes nothing.
    ///
    /// - Precondition: the name is one of ``OrderOutput``.
    package func keep(_ text: [UInt8], of order: String, named name: String) throws {
        precondition(OrderOutput.isName(name), "\(name) is no name of an output")
        let place = "\(folder)/\(PathPart.encoded(order))"
        try DurableFile.makeFolder(place, mode: 0o700)
        let content = try Gzip.compress(OutputText.clean(text))
        try DurableFile.write(content, to: "\(place)/\(name)\(Self.waiting)", mode: 0o600)
        try DurableFile.remove("\(place)/\(name)\(Self.sent)")
        try sweep(except: order)
    }

    /// What waits to be uploaded.
    package func pending() throws(FileFailure) -> [Pending] {
        var pending: [Pending] = []
        for place in try DurableFile.names(in: folder) {
            guard let order = PathPart.decoded(place) else { continue }
            for file in try DurableFile.names(in: "\(folder)/\(place)")
            where file.hasSuffix(Self.waiting) && !file.hasSuffix(Self.sent) {
                let name = String(file.dropLast(Self.waiting.count))
                guard OrderOutput.isName(name) else { continue }
                pending.append(Pending(order: order, name: name, path: "\(folder)/\(place)/\(file)"))
            }
        }
        return pending
    }

    /// The compressed text; nil when it is not here any more.
    package func content(of output: Pending) throws(FileFailure) -> [UInt8]? { try DurableFile.read(output.path) }

    /// Notes that it needs no upload any more.
    package func settle(_ output: Pending) throws(FileFailure) {
        let settled = String(output.path.dropLast(Self.waiting.count)) + Self.sent
        try DurableFile.rename(output.path, to: settled)
    }

    /// Removes the oldest orders' outputs beyond the limits.
    private func sweep(except order: String) throws(FileFailure) {
        var places: [(changed: Int64, name: String, bytes: Int64)] = []
        for name in try DurableFile.names(in: folder) where name != PathPart.encoded(order) {
            places.append((DurableFile.changed("\(folder)/\(name)"), name, try bytes(in: name)))
        }
        places.sort { ($0.changed, $0.name) > ($1.changed, $1.name) }
        var (count, total) = (1, try bytes(in: PathPart.encoded(order)))
        for place in places {
            (count, total) = (count + 1, total + place.bytes)
            guard count > Self.maximumOrders || total > Self.maximumBytes else { continue }
            try DurableFile.removeFolder("\(folder)/\(place.name)")
        }
    }

    private func bytes(in place: String) throws(FileFailure) -> Int64 {
        try DurableFile.names(in: "\(folder)/\(place)").reduce(0) { total, file in
            total + (DurableFile.size(of: "\(folder)/\(place)/\(file)") ?? 0)
        }
    }
}
