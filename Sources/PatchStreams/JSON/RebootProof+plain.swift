import Domain

extension BootIdentity {
    init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{\"bootID\":")
        let bootID = try reader.text()
        try reader.raw(",\"kernel\":")
        self.init(bootID: bootID, kernel: try reader.text())
        try reader.raw("}")
    }
}

extension RebootProof {
    init(_ reader: inout PlainJSONReader) throws(PlainJSON.Unusual) {
        try reader.raw("{\"after\":")
        let after = try BootIdentity(&reader)
        try reader.raw(",\"before\":")
        let before = try BootIdentity(&reader)
        let isConfirmed = reader.take(",\"isConfirmed\":true")
        if !isConfirmed { try reader.raw(",\"isConfirmed\":false") }
        try reader.raw(",\"reasons\":")
        let reasons = try reader.array { reader throws(PlainJSON.Unusual) in try reader.text() }
        try reader.raw("}")
        self.init(before: before, after: after, isConfirmed: isConfirmed, reasons: reasons)
    }
}

extension PlainJSONWriter {
    mutating func append(_ boot: BootIdentity) throws(PlainJSON.Unusual) {
        raw("{\"bootID\":")
        try string(boot.bootID)
        raw(",\"kernel\":")
        try string(boot.kernel)
        raw("}")
    }

    mutating func append(_ proof: RebootProof) throws(PlainJSON.Unusual) {
        guard (proof.outcome, proof.missing, proof.isKernelOrdered) == (nil, nil, nil) else {
            throw PlainJSON.Unusual()
        }
        raw("{\"after\":")
        try append(proof.after)
        raw(",\"before\":")
        try append(proof.before)
        raw(proof.isConfirmed ? ",\"isConfirmed\":true,\"reasons\":[" : ",\"isConfirmed\":false,\"reasons\":[")
        for (number, reason) in proof.reasons.enumerated() {
            if number > 0 { raw(",") }
            try string(reason)
        }
        raw("]}")
    }
}
