import AgentProtocol
import FoundationEssentials
import Synchronization

/// What dnf told when it had fetched, until it is asked for.
///
/// It is kept in memory alone: an agent that was ended meanwhile asks dnf anew.
final class PreparedOffer: Sendable {
    private let offer = Mutex<DnfOffer?>(nil)

    func forget() { offer.withLock { $0 = nil } }

    /// Takes it out of the file.
    func read(_ path: String) {
        // Without it, or with one that cannot be read, dnf is asked again when it matters, and says what is wrong.
        guard let bytes = try? DurableFile.read(path) else { return }
        let told = try? JSONDecoder().decode(DnfOffer.self, from: Data(bytes))
        offer.withLock { $0 = told }
    }

    /// nil as well where it is about another state of the package database than these packages.
    func offer(of installed: [Dnf.Entry]) -> DnfOffer? {
        guard let offer = offer.withLock(\.self) else { return nil }
        let lines = installed.map { entry in
            let package = entry.reference
            return "\(package.name) \(package.architecture) \(package.version) \(entry.installedAt)"
        }
        let digest = Hexadecimal.sha256(Array(lines.sorted().joined(separator: "\n").utf8))
        return digest == offer.database ? offer : nil
    }
}
