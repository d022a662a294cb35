/// One SQL statement with its parameters.
package struct Statement: Sendable {
    package let name: String
    package let text: String
    package let parameters: [Parameter]
    /// The name on the server; nil when the statement is not to be prepared.
    let preparedName: String?

    package init(_ sql: SQL, _ parameters: [Parameter] = []) {
        name = sql.name
        text = sql.text
        self.parameters = parameters
        // Types belong to the identity: the server checks the binary form against those it was prepared with.
        var hash = sql.digest
        for parameter in parameters {
            hash = withUnsafeBytes(of: parameter.type.rawValue) { FNV.hash($0, from: hash) }
        }
        preparedName = "\(sql.name)_\(String(hash, radix: 16))"
    }

    /// A statement that the server parses on each use: schema changes, session settings and what runs once.
    package static func unprepared(_ text: String, _ parameters: [Parameter] = []) -> Self {
        Self(unprepared: text, parameters)
    }

    private init(unprepared text: String, _ parameters: [Parameter]) {
        name = String(text.prefix { !$0.isWhitespace })
        self.text = text
        self.parameters = parameters
        preparedName = nil
    }

    /// Refuses what PostgreSQL cannot hold, before anything is sent.
    func check(at index: Int) throws(PostgresError) {
        for (place, parameter) in parameters.enumerated() {
            guard let defect = parameter.defect else { continue }
            let message = "parameter $\(place + 1) \(defect.rawValue)"
            throw PostgresError(.invalidParameter, message, statement: name, index: index)
        }
    }
}
