import Foundation
import HostAgent
import Logging
import Testing

@Suite("An address that cannot be read")
struct UnreadableAddressTests {
    @Test("is not spoken to: nobody knows who could read on the way")
    func isRefused() async throws {
        let folder = try TemporaryFolder()
        let state = StateFolder(folder.path)
        _ = try HostKey.readOrMake(at: state.keyFile)
        try state.keep(.bare(server: "http://ops@192.0.2.1"))
        let machineFile = folder.path + "/none"
        let service = AgentService(state: state, machineFile: machineFile, logger: Logger(label: "test"))
        let failure = await #expect(throws: AgentFailure.self) { try await service.run() }
        #expect(failure?.description.contains("is not the address of a control plane") == true)
    }
}
