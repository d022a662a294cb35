import AgentProtocol

extension FleetQuestions {
    /// Where what programs printed on hosts is kept.
    package var outputStore: OutputStore { OutputStore(client: client) }

    /// What programs printed on a node, the newest first.
    ///
    /// - Throws: ``Problem`` 404 for an unknown node.
    package func outputs(ofNode id: String) async throws -> [OutputView] {
        try await outputStore.list(node: try await node(id).id)
    }

    /// One of them, compressed by gzip.
    ///
    /// - Throws: ``Problem`` 404 where there is none, or no more.
    package func output(ofNode id: String, order: String, name: String) async throws -> [UInt8] {
        guard let body = try await outputStore.body(node: id, order: order, name: name) else {
            let detail =
                "nothing named \(name) of order \(order) is kept of node \(id); `ringmaster node log \(id) --list` lists what is"
            throw Problem(status: 404, code: "output-not-found", detail: detail)
        }
        return body
    }
}
