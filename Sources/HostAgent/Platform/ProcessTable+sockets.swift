package import AgentProtocol

extension ProcessTable {
    /// The kernel's number of the state LISTEN in proc's tables.
    private static let listening = "0A"
    /// Linux's own range of ports that are given by chance.
    private static let usualRange = 32_768...60_999

    /// The TCP sockets that the system listens on; nil when nothing can be read.
    ///
    /// Those of people's logins are not the system's, and ports given by chance are others after every boot.
    package func listeningSockets() -> [ListeningSocket]? {
        let tables = ["net/tcp", "net/tcp6"].compactMap(text)
        guard !tables.isEmpty else { return nil }
        let chance = chanceRange
        let rows = tables.flatMap { $0.split(separator: "\n").dropFirst() }.compactMap(Row.init).filter {
            !chance.contains($0.port)
        }
        let holders = holders(of: Set(rows.map(\.inode)))
        let sockets = rows.filter { holders[$0.inode]?.isOfSession != true }.map { row in
            ListeningSocket(address: row.address, port: row.port, program: holders[row.inode]?.program)
        }
        return sockets.sorted { ($0.port, $0.address) < ($1.port, $1.address) }
    }

    private var chanceRange: ClosedRange<Int> {
        let ends = text("sys/net/ipv4/ip_local_port_range")?.split(whereSeparator: \.isWhitespace).compactMap {
            Int($0)
        }
        guard let ends, ends.count == 2, ends[0] <= ends[1] else { return Self.usualRange }
        return ends[0]...ends[1]
    }

    /// A listening row of `/proc/net/tcp` or `tcp6`, as proc_net_tcp(5) has it.
    private struct Row {
        let address: String
        let port: Int
        let inode: Int

        init?(_ line: Substring) {
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == listening, let inode = Int(fields[9]) else { return nil }
            let parts = fields[1].split(separator: ":")
            guard parts.count == 2, let port = Int(parts[1], radix: 16), let address = Self.address(parts[0]) else {
                return nil
            }
            (self.address, self.port, self.inode) = (address, port, inode)
        }

        /// Words of 32 bits in the order of the host's bytes, which is little-endian wherever Ringmaster runs.
        private static func address(_ digits: Substring) -> String? {
            var bytes: [UInt8] = []
            var rest = digits
            while rest.count >= 8, let word = UInt32(rest.prefix(8), radix: 16) {
                bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
                rest = rest.dropFirst(8)
            }
            guard rest.isEmpty else { return nil }
            switch bytes.count {
            case 4: return bytes.map(String.init).joined(separator: ".")
            case 16 where bytes.allSatisfy { $0 == 0 }: return "[::]"
            case 16:
                let groups = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
                return "[" + groups.map { String($0, radix: 16) }.joined(separator: ":") + "]"
            default: return nil
            }
        }
    }
}
