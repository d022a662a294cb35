import CLibPQ
import DequeModule

/// One open connection: runs one piece of work at a time and keeps what is asked meanwhile in order.
///
/// It never blocks and never waits: the pool watches the socket and calls ``ready()`` when there is something to do.
/// Not `Sendable`: the pool's actor owns it.
final class Connection {
    /// What the socket must be watched for until the next call.
    enum Interest: Equatable {
        case read
        case readAndWrite
        /// The connection is broken. Stop watching: a socket at end of file stays readable for ever.
        case nothing
    }

    /// Bytes of one batch or result, above which libpq's buffers have grown so much that the connection is not worth keeping.
    private static let roomyBytes = 16 << 20

    private let handle: PQHandle
    private var queue: Deque<Work> = []
    private var running: Running?
    /// Names of the statements that this session has prepared.
    private var prepared: Set<String> = []
    private var brokenBy: PostgresError?
    private(set) var interest = Interest.read
    /// libpq's buffers grow with what they carry, and never shrink.
    private(set) var isBloated = false

    init(_ handle: consuming PQHandle) throws(PostgresError) {
        guard PQsetnonblocking(handle.raw, 1) == 0, PQenterPipelineMode(handle.raw) == 1 else {
            throw PostgresError(.connectFailed, handle.lastMessage)
        }
        self.handle = handle
    }

    var socket: CInt { handle.socket }
    var isBroken: Bool { brokenBy != nil }
    var isIdle: Bool { running == nil && queue.isEmpty }
    /// True between BEGIN and its end, as the server last said.
    var isInTransaction: Bool { PQtransactionStatus(handle.raw) != PQTRANS_IDLE }

    /// Runs the work after what was asked before it.
    func run(_ work: Work) {
        queue.append(work)
        startNext()
    }

    /// Reads and writes what the socket takes, and completes what was answered.
    func ready() {
        guard brokenBy == nil else { return }
        guard PQconsumeInput(handle.raw) == 1 else { return breakOff(handle.lastMessage) }
        takeResults()
        flush()
    }

    /// Fails what is running and what waits.
    func breakOff(_ reason: String, sqlState: String? = nil) {
        guard brokenBy == nil else { return }
        interest = .nothing
        let lost = PostgresError(.connectionLost, reason, sqlState: sqlState)
        brokenBy = lost
        if let running = running.take() {
            // A refusal that arrived before the break is certain: the batch was undone.
            running.work.complete(.failure(running.failure ?? lost.with(running.work.lossCode)))
        }
        while let work = queue.popFirst() { work.complete(.failure(lost)) }
    }

    // MARK: - Sending

    private func startNext() {
        if let brokenBy {
            while let work = queue.popFirst() { work.complete(.failure(brokenBy)) }
        }
        guard running == nil, let work = queue.popFirst() else { return }
        // Until the sync point is in libpq's hands the server cannot commit.
        let isSent =
            switch work.content {
            case .batch(let statements): send(statements, of: work)
            case .script(let text, _): send(script: text, of: work)
            }
        guard isSent else {
            running = nil
            breakOff(handle.lastMessage)
            return work.complete(.failure(brokenBy ?? PostgresError(.connectionLost, handle.lastMessage)))
        }
        flush()
    }

    private func send(_ statements: [Statement], of work: Work) -> Bool {
        var steps: [Running.Step] = []
        var fresh: Set<String> = []
        for (index, statement) in statements.enumerated() {
            if let name = statement.preparedName, !prepared.contains(name), fresh.insert(name).inserted {
                guard statement.sendPrepare(as: name, on: handle.raw) else { return false }
                steps.append(.prepare(name, index: index))
            }
            guard statement.send(on: handle.raw) else { return false }
            steps.append(.execute(index: index))
        }
        note(bytes: statements.reduce(0) { $0 + $1.parameterBytes })
        // In libpq 15 this also flushes, so a batch costs one send(2).
        guard PQpipelineSync(handle.raw) == 1 else { return false }
        running = Running(work: work, steps: steps)
        return true
    }

    private func note(bytes: Int) { isBloated = isBloated || bytes > Self.roomyBytes }

    private func send(script: String, of work: Work) -> Bool {
        guard PQexitPipelineMode(handle.raw) == 1, PQsendQuery(handle.raw, script) == 1 else { return false }
        running = Running(work: work, steps: [])
        return true
    }

    private func flush() {
        guard brokenBy == nil else { return }
        switch PQflush(handle.raw) {
        case 0: interest = .read
        case 1: interest = .readAndWrite
        default: breakOff(handle.lastMessage)
        }
    }

    // MARK: - Receiving

    private func takeResults() {
        var previousWasNull = false
        while brokenBy == nil, running != nil, PQisBusy(handle.raw) == 0 {
            guard let result = PQgetResult(handle.raw) else {
                if running?.isScript == true { return finishScript() }
                // NULL ends one statement's results; two in a row mean that nothing more is here yet.
                if previousWasNull { return }
                previousWasNull = true
                if let name = running?.finishStep() { prepared.insert(name) }
                continue
            }
            previousWasNull = false
            take(result)
        }
    }

    private func take(_ result: OpaquePointer) {
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            finish()
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            note(bytes: PQresultMemorySize(result))
            running?.take(result)
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            breakOff("COPY is not supported")
        default:
            let error = PostgresError(result: result, statement: running?.statementName, index: running?.index)
            let endsSession = PostgresError.endsSession(result)
            PQclear(result)
            if endsSession { return breakOff(error.message, sqlState: error.sqlState) }
            running?.fail(error)
        }
    }

    private func finishScript() {
        guard PQenterPipelineMode(handle.raw) == 1 else { return breakOff(handle.lastMessage) }
        finish()
    }

    private func finish() {
        guard let done = running.take() else { return }
        done.work.complete(done.outcome)
        startNext()
    }
}

extension PostgresError {
    func with(_ code: Code) -> Self {
        var error = self
        error.code = code
        return error
    }
}
