/// Work that was sent and is being answered, step by step.
struct Running {
    enum Step {
        case prepare(String, index: Int)
        case execute(index: Int)
    }

    let work: Work
    private let steps: [Step]
    private var next = 0
    private var current: Rows?
    private var answered: [Rows] = []
    private(set) var failure: PostgresError?

    init(work: Work, steps: [Step]) {
        self.work = work
        self.steps = steps
        answered.reserveCapacity(steps.count)
    }

    var isScript: Bool {
        if case .script = work.content { true } else { false }
    }

    /// The place in the batch of the statement that is being answered; nil for a script.
    var index: Int? {
        guard next < steps.count else { return nil }
        return switch steps[next] {
        case .prepare(_, let index), .execute(let index): index
        }
    }

    var statementName: String? {
        switch work.content {
        case .batch(let statements): index.map { statements[$0].name }
        case .script(_, let name): name
        }
    }

    var outcome: Work.Outcome { failure.map { .failure($0) } ?? .success(answered) }

    /// Takes over a successful result.
    mutating func take(_ result: OpaquePointer) {
        let rows = Rows(adopting: result, of: statementName ?? "")
        if isScript { answered.append(rows) } else { current = rows }
    }

    /// Keeps the first failure: what follows it is skipped by the server.
    mutating func fail(_ error: PostgresError) { failure = failure ?? error }

    /// The server has finished the current statement.
    ///
    /// - Returns: the name it is prepared under from now on.
    mutating func finishStep() -> String? {
        guard next < steps.count else { return nil }
        defer { next += 1 }
        guard let rows = current.take() else { return nil }
        switch steps[next] {
        case .prepare(let name, _): return name
        case .execute:
            answered.append(rows)
            return nil
        }
    }
}
