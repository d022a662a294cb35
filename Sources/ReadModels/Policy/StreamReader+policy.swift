package import Domain
package import DurableStreams
import PatchStreams

extension StreamReader {
    /// The fleet's policy as it stands.
    package func policy() async throws -> PolicyBook {
        try await fold(DomainDecider<PolicyBook>.withoutEffects, PolicyBook.stream(PolicyBook.streamName))?.state
            ?? PolicyBook()
    }
}
