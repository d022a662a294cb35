import CLibPQ

extension Statement {
    /// What its parameters take on the way.
    var parameterBytes: Int { parameters.reduce(0) { $0 + ($1.bytes?.count ?? 0) } }

    /// Asks the server to prepare the statement with the types of its parameters.
    func sendPrepare(as name: String, on raw: OpaquePointer) -> Bool {
        PQsendPrepare(raw, name, text, CInt(parameters.count), parameters.map(\.type.rawValue)) == 1
    }

    /// Sends the statement with binary parameters and asks for binary results.
    func send(on raw: OpaquePointer) -> Bool {
        let count = CInt(parameters.count)
        let lengths = parameters.map { CInt($0.bytes?.count ?? 0) }
        let formats = [CInt](repeating: 1, count: parameters.count)
        return withPointers { values in
            if let preparedName {
                return PQsendQueryPrepared(raw, preparedName, count, values, lengths, formats, 1) == 1
            }
            let types = parameters.map(\.type.rawValue)
            return PQsendQueryParams(raw, text, count, types, values, lengths, formats, 1) == 1
        }
    }

    /// Calls `body` with a pointer to each parameter's bytes, nil for NULL, without copying them.
    private func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
        var pointers: [UnsafePointer<CChar>?] = []
        pointers.reserveCapacity(parameters.count)
        return collect(parameters[...], into: &pointers, body)
    }

    private func collect<Result>(
        _ rest: ArraySlice<Parameter>,
        into pointers: inout [UnsafePointer<CChar>?],
        _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        guard let first = rest.first else { return body(pointers) }
        guard let bytes = first.bytes else {
            pointers.append(nil)
            return collect(rest.dropFirst(), into: &pointers, body)
        }
        return bytes.withUnsafeBytes { raw in
            // An empty array may have no address, but libpq takes a null pointer for NULL.
            withUnsafeBytes(of: 0) { empty in
                let address = raw.baseAddress ?? empty.baseAddress
                pointers.append(address?.assumingMemoryBound(to: CChar.self))
                return collect(rest.dropFirst(), into: &pointers, body)
            }
        }
    }
}
