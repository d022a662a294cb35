import Advisories
import ArgumentParser
package import FoundationEssentials

/// A host's output for a terminal.
package enum OutputLines {
    /// Far above what an agent sends.
    private static let maximumBytes = 64 << 20

    /// - Throws: ``CommandFailure`` for what no agent compressed.
    package static func text(of body: Data, of name: String) throws -> String {
        do {
            return try GunzippedText.text(of: Array(body), atMost: maximumBytes)
        } catch {
            throw CommandFailure("the output \(name) cannot be read: \(error)", exitCode: .serverFailed)
        }
    }

    /// Nothing in them is obeyed by the terminal.
    package static func lines(of text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { String($0).replacing("\t", with: "        ").printable }
    }
}
