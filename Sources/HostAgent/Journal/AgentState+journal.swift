import FoundationEssentials

extension AgentState {
    /// The fold of a journal's lines.
    package init(journal lines: [[UInt8]]) throws(JournalFailure) {
        self.init()
        let decoder = JSONDecoder()
        for (index, line) in lines.enumerated() {
            do {
                apply(try decoder.decode(JournalRecord.self, from: Data(line)))
            } catch {
                throw JournalFailure("line \(index + 1) of the journal was written by another version: \(error)")
            }
        }
    }
}
