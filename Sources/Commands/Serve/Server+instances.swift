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
        guard let file = command.agentBinary else { return ([windows], terms) }
        let linux = Self.binary(try Self.content(of: file))
        terms.agentDigest = linux.digest
        return ([windows, linux], terms)
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
