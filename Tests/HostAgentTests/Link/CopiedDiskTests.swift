import Foundation
import HostAgent
import Logging
import Testing

@Suite("A copied disk")
struct CopiedDiskTests {
    @Test("is not served in another machine, for the first may be at work under its name")
    func isRefused() async throws {
        let folder = try TemporaryFolder()
        let state = StateFolder(folder.path)
        _ = try HostKey.readOrMake(at: state.keyFile)
        try state.keep(.bare(server: "http://127.0.0.1:1", machine: "4c4c4544-0051"))
        let machineFile = folder.path + "/product_uuid"
        try Data("4c4c4544-0052\n".utf8).write(to: URL(fileURLWithPath: machineFile))
        let service = AgentService(state: state, machineFile: machineFile, logger: Logger(label: "test"))
        let failure = await #expect(throws: AgentFailure.self) { try await service.run() }
        #expect(failure?.description.contains("\(Orders.node) was enrolled on another machine") == true)
    }

    @Test(
        "is told by what the firmware names, where it names something",
        arguments: [("a", "a", false), ("b", "a", true), (nil, "a", false), ("a", nil, false)]
            as [(String?, String?, Bool)]
    )
    func isTold(present: String?, enrolled: String?, isAnother: Bool) {
        #expect(Machine.isAnother(present, than: enrolled) == isAnother)
    }
}
