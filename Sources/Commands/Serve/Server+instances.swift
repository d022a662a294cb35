import API
import Crypto
import DurableStreams
import FoundationEssentials
import NIOCore
import ReadModels
import SSMAPI
import WindowsScripts

extension Server {
    /// What hosts with a stock agent fetch, and what they are told.
    ///
    /// - Throws: ``CommandFailure`` for files that cannot be read.
    func forStockAgents() throws -> ([AgentBinary], OneShotTerms) {
        var terms = OneShotTerms(server: command.agentURL, isSecure: tls != nil)
        if let file = tls?.authorityFile { terms.authority = try Self.content(of: file).base64EncodedString() }
        let windows = Self.binary(Data(WindowsScripts.oneShot))
        terms.windowsDigest = windows.digest
        var binaries = [windows]
        if let file = command.agentBinary {
            binaries.append(Self.binary(try Self.content(of: file)))
            terms.agentDigest = binaries.last?.digest
        }
        if let folder = command.agentBinaries {
            for (architecture, bytes) in try Self.agents(in: folder) {
                let binary = Self.binary(bytes)
                binaries.append(binary)
                terms.agentDigests[architecture] = binary.digest
            }
        }
        return (binaries, terms)
    }

    /// Our agent by architecture.
    private static func agents(in folder: String) throws -> [String: Data] {
        let files = ["x86_64", "aarch64"].map { ($0, "\(folder)/ringmaster-agent-\($0)") }
        let there = files.filter { FileManager.default.fileExists(atPath: $0.1) }
        guard !there.isEmpty else {
            let names = files.map(\.1).joined(separator: " nor ")
            let text = "there is neither \(names), one of which the hosts of stock agents need"
            throw CommandFailure(text, exitCode: .inputMissing)
        }
        return Dictionary(uniqueKeysWithValues: try there.map { ($0.0, try content(of: $0.1)) })
    }

    private static func binary(_ bytes: Data) -> AgentBinary {
        AgentBinary(digest: Hexadecimal.text(SHA256.hash(data: bytes)), bytes: ByteBuffer(bytes: bytes))
    }

    /// What does not keep the process from its work: all others would have it, too.
    static func remarks(_ stopped: StoppedShards) -> @Sendable () -> [String] {
        {
            let shards = stopped.all.map { "\($0.shard)" }.joined(separator: ", ")
            return shards.isEmpty ? [] : ["read models stand still in shards \(shards); the server's log says why"]
        }
    }

    private static func content(of file: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(filePath: file))
        } catch {
            let text = "cannot read \(file), which the hosts of stock agents need: \(error)"
            throw CommandFailure(text, exitCode: .inputMissing)
        }
    }
}
