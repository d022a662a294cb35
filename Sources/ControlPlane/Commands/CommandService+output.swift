import Advisories
package import Domain
import ReadModels

extension CommandService {
    /// Of one output, uncompressed: more than an agent keeps.
    private static let maximumBytes = 16 << 20
    /// What stands before each program's part, with the moment and what it is (HostAgent's RunLog).
    private static let mark = "==> "

    /// What programs printed in an order on a node, as far as it is kept; nil where nothing is, or not yet.
    ///
    /// - Parameter isWanted: by the title of a program's part, such as `before-install drain-node: stop`.
    package func output(of order: OrderID, node: String, where isWanted: (String) -> Bool) async throws -> String? {
        let store = questions.outputStore
        let kept = try await store.list(node: node).filter { $0.order == order.description }
        var text = ""
        for output in kept.sorted(by: { $0.name < $1.name }) {
            guard let body = try await store.body(node: node, order: output.order, name: output.name) else { continue }
            // What an agent sent is no text perhaps: there is nothing to show of it.
            guard let whole = try? GunzippedText.text(of: body, atMost: Self.maximumBytes) else { continue }
            text += Self.parts(of: whole, where: isWanted)
        }
        return text.isEmpty ? nil : text
    }

    /// The wanted parts of a log, without their titles.
    package static func parts(of log: String, where isWanted: (String) -> Bool) -> String {
        var (lines, isShown): ([Substring], Bool) = ([], false)
        for line in log.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(mark) {
                // Behind the mark comes the moment, which has no blank.
                let title = line.dropFirst(mark.count).drop { $0 != " " }.dropFirst()
                isShown = isWanted(String(title))
            } else if isShown {
                lines.append(line)
            }
        }
        return lines.joined(separator: "\n")
    }
}
