import CLibPQ

extension PostgresError {
    /// The server's refusal in a result.
    init(result: OpaquePointer, statement: String?, index: Int?) {
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(result, CInt(code.value)).map { String(cString: $0) }
        }
        let state = field("C")
        self.init(
            state.map(Code.init(sqlState:)) ?? .connectionLost,
            field("M") ?? PQresultErrorMessage(result).map { String(cString: $0).trimmed } ?? "no message",
            sqlState: state,
            detail: field("D"),
            constraint: field("n"),
            statement: statement,
            index: index
        )
    }

    /// True when the server, or libpq, gave up the session with this result.
    static func endsSession(_ result: OpaquePointer) -> Bool {
        guard PQresultErrorField(result, CInt(UInt8(ascii: "C"))) != nil,
            let severity = PQresultErrorField(result, CInt(UInt8(ascii: "V")))
        else { return true }
        return ["FATAL", "PANIC"].contains(String(cString: severity))
    }
}
