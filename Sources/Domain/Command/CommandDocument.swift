/// A document as SSM's API has it: AWS's own under their names with their parameters, and those of the server's library.
package struct CommandDocument: Equatable, Sendable {
    package enum Body: Equatable, Sendable {
        /// The text of the parameter `commands`, as a script.
        case script(DocumentStep.Shell)
        case patch(isHooked: Bool)
        case document(Document)
    }

    /// How short the name of one may be.
    package static let leastName = 3
    /// AWS's document that does nothing, the name of no hook.
    static let noop = "AWS-Noop"

    package var name: String
    package var description: String
    package var parameters: [CommandParameter]
    package var body: Body

    init(_ name: String, _ description: String, _ parameters: [CommandParameter], _ body: Body) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.body = body
    }

    package init(_ document: Document) {
        self.init(document.name, document.description ?? "", [], .document(document))
    }

    package var isAWS: Bool { if case .document = body { false } else { true } }

    /// Its parameters' values, those that were not given by their defaults.
    package func values(_ given: [String: [String]]) throws(CommandRefusal) -> [String: [String]] {
        let known = Set(parameters.map(\.name))
        if let name = given.keys.sorted().first(where: { !known.contains($0) }) {
            throw .invalidParameters("the document \(self.name) has no parameter \(name)")
        }
        var values: [String: [String]] = [:]
        for parameter in parameters {
            guard let found = given[parameter.name] ?? parameter.defaultValue.map({ [$0] }) else {
                throw .invalidParameters("the document \(name) needs the parameter \(parameter.name)")
            }
            if let problem = parameter.problem(found) { throw .invalidParameters(problem) }
            values[parameter.name] = found
        }
        return values
    }

    /// AWS's own that are offered, and those of the library, sorted by name; names are at least three characters long.
    package static func all(with library: [Document]) -> [Self] {
        let own = library.filter { document in
            document.name.utf8.count >= leastName && !aws.contains { $0.name == document.name }
        }
        return (aws + own.map(Self.init)).sorted { $0.name < $1.name }
    }

    /// That of an ARN, or what is none as it is.
    package static func name(of reference: String) -> String {
        guard reference.hasPrefix("arn:"), let slash = reference.lastIndex(of: "/") else { return reference }
        return String(reference[reference.index(after: slash)...])
    }
}
