import Foundation
import FoundationXML

/// What an XML feed's entries are, and what they mean.
protocol XMLEntries {
    /// The root's children that are read; all others are passed over.
    var names: Set<String> { get }

    /// What the entry delivers; nil for one that only serves those after it.
    mutating func item(_ entry: XMLNode) throws(Flaw) -> FeedItem?

    /// How the entry calls itself in a report.
    func label(_ entry: XMLNode) -> String?
}

/// Reads an XML feed, each child of its root at a time.
struct XMLFeed<Entries: XMLEntries> {
    let root: String
    let entries: Entries
    /// How large an entry may be.
    var entryBytes = FeedLimits.entryBytes

    func read(_ file: FeedFile, _ deliver: (FeedItem) throws -> Void) throws {
        let name = try XMLProlog.rootName(of: file.head())
        guard name == root else { throw Flaw("its root element is \(FeedText.line(name, bytes: 80)), not \(root)") }
        try withoutActuallyEscaping(deliver) { deliver in
            let bytes = FeedStream(file)
            let reader = XMLEntryReader(entries, entryBytes, deliver)
            let parser = XMLParser(stream: bytes)
            parser.delegate = reader
            let isWhole = parser.parse()
            if let failure = reader.failure ?? bytes.failure { throw failure }
            // The parser finds no fault with a document that ends too early but in its error.
            guard isWhole, parser.parserError == nil, reader.isAtEnd else {
                throw Flaw(notWellFormed, at: "line \(parser.lineNumber)")
            }
        }
    }
}

private let notWellFormed = "it is no well-formed XML, or it is truncated: get it again"

/// A feed's bytes as the parser wants them.
private final class FeedStream: InputStream {
    private let file: FeedFile
    private var chunk: ArraySlice<UInt8> = []
    private(set) var failure: (any Error)?

    init(_ file: FeedFile) {
        self.file = file
        super.init(data: Data())
    }

    override func open() {}

    override func close() {}

    override var streamStatus: Stream.Status { failure == nil ? .open : .error }

    override var hasBytesAvailable: Bool { true }

    override func read(_ buffer: UnsafeMutablePointer<UInt8>, maxLength: Int) -> Int {
        do {
            if chunk.isEmpty { chunk = try file.next()[...] }
        } catch {
            failure = error
            return -1
        }
        let part = chunk.prefix(maxLength)
        chunk = chunk.dropFirst(part.count)
        return part.withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress { buffer.update(from: start, count: bytes.count) }
            return bytes.count
        }
    }
}

/// Builds each entry, with bounded memory, and hands it on.
private final class XMLEntryReader<Entries: XMLEntries>: NSObject, XMLParserDelegate {
    private var entries: Entries
    private let entryBytes: Int
    private let deliver: (FeedItem) throws -> Void
    private var depth = 0
    /// The entry's elements that are open, outermost first; empty outside of entries that are read.
    private var open: [XMLNode] = []
    private var size = 0
    private var line = 0
    private var hasRoot = false
    /// Why reading ended; nothing is delivered after it.
    private(set) var failure: (any Error)?

    init(_ entries: Entries, _ entryBytes: Int, _ deliver: @escaping (FeedItem) throws -> Void) {
        self.entries = entries
        self.entryBytes = entryBytes
        self.deliver = deliver
    }

    var isAtEnd: Bool { hasRoot && depth == 0 }

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        depth += 1
        hasRoot = true
        guard depth <= FeedLimits.depth else {
            return fail(parser, Flaw("its elements are too deep", at: "line \(parser.lineNumber)"))
        }
        let name = XMLNode.localName(name)
        if depth == 2, entries.names.contains(name) {
            (size, line) = (0, parser.lineNumber)
        } else if open.isEmpty {
            return
        }
        size += FeedLimits.nodeBytes + attributes.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        // One that is too large keeps its outermost element, for its label.
        if isTooLarge && depth > 2 { return }
        open.append(XMLNode(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        guard !open.isEmpty else { return }
        size += text.utf8.count
        if !isTooLarge { open[open.count - 1].text += text }
    }

    func parser(_ parser: XMLParser, foundCDATA data: Data) {
        self.parser(parser, foundCharacters: String(decoding: data, as: UTF8.self))
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        defer { depth -= 1 }
        guard !open.isEmpty else { return }
        if depth == 2 {
            finish(parser, open[0])
            open = []
        } else if !isTooLarge {
            let node = open.removeLast()
            open[open.count - 1].children.append(node)
        }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        fail(
            parser,
            Flaw("\(notWellFormed) (libxml2's error \((error as NSError).code))", at: "line \(parser.lineNumber)")
        )
    }

    // MARK: - Steps

    private var isTooLarge: Bool { size > entryBytes }

    private func fail(_ parser: XMLParser, _ reason: any Error) {
        failure = failure ?? reason
        parser.abortParsing()
    }

    private func finish(_ parser: XMLParser, _ entry: XMLNode) {
        guard failure == nil, let item = item(entry) else { return }
        do {
            try deliver(item)
        } catch {
            fail(parser, error)
        }
    }

    private func item(_ entry: XMLNode) -> FeedItem? {
        do throws(Flaw) {
            guard !isTooLarge else { throw Flaw("it is larger than \(entryBytes) bytes") }
            return try entries.item(entry)
        } catch {
            let label = entries.label(entry).map { ", \(FeedText.line($0, bytes: 80))" } ?? ""
            return .malformed(Malformed(place: "line \(line)\(label)", reason: error.reason))
        }
    }
}
