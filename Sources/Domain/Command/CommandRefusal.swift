/// Why a command is not sent.
package enum CommandRefusal: Error, Equatable, Sendable {
    case unknownDocument(String)
    case unknownVersion(document: String, version: String)
    case invalidParameters(String)
    case invalidTargets(String)
    case unknownNodes([String])
    case repeatedNode(String)
    /// What the document or the rates come to cannot be carried out.
    case unfit(String)
}

extension CommandRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownDocument(let name):
            "there is no document \(name); `aws ssm list-documents` lists those there are"
        case .unknownVersion(let document, let version):
            "the document \(document) has no version \(version); `aws ssm list-document-versions` lists those it has"
        case .invalidParameters(let reason), .invalidTargets(let reason), .unfit(let reason): reason
        case .unknownNodes(let nodes):
            "\(nodes.prefix(5).joined(separator: ", ")) \(nodes.count == 1 ? "is" : "are") not among the managed nodes of the region"
        case .repeatedNode(let node): "\(node) is named twice"
        }
    }
}
