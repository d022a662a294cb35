import ControlPlaneTestSupport
import ReadModels
import Testing
import Time

@Suite("Where outputs are kept", .serialized, .timeLimit(.minutes(10)))
struct OutputStoreTests {
    private let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    private func names(_ store: OutputStore, _ node: String) async throws -> [String] {
        try await store.list(node: node).map { "\($0.order) \($0.name) \($0.byteCount)" }
    }

    @Test("The same output changes nothing, another one takes its place, and each node has its own")
    func replaced() async throws {
        try await withControlPlane { controlPlane in
            let store = controlPlane.questions.outputStore
            try await store.store([1, 2], of: "o#0#1", named: "apt", from: "mi-1", at: moment)
            try await store.store([1, 2], of: "o#0#1", named: "apt", from: "mi-1", at: moment + .seconds(1))
            #expect(try await store.list(node: "mi-1").map(\.storedAt) == [moment])
            try await store.store([3], of: "o#0#1", named: "apt", from: "mi-1", at: moment + .seconds(2))
            try await store.store([4], of: "o#0#1", named: "apt", from: "mi-2", at: moment)
            #expect(try await names(store, "mi-1") == ["o#0#1 apt 1"])
            #expect(try await store.body(node: "mi-1", order: "o#0#1", name: "apt") == [3])
            #expect(try await store.body(node: "mi-2", order: "o#0#1", name: "apt") == [4])
            #expect(try await store.body(node: "mi-2", order: "o#0#1", name: "dnf") == nil)
        }
    }

    @Test("Of one node the newest are kept, by number and by size, and of no node the outlived ones")
    func swept() async throws {
        try await withControlPlane { controlPlane in
            let store = controlPlane.questions.outputStore
            for index in 0...OutputStore.maximumCount {
                let at = moment + .seconds(Int64(index))
                try await store.store([1], of: "o#\(index)#1", named: "apt", from: "mi-1", at: at)
            }
            let kept = try await names(store, "mi-1")
            #expect(kept.count == OutputStore.maximumCount)
            #expect(!kept.contains("o#0#1 apt 1") && kept.contains("o#1#1 apt 1"))

            let large = [UInt8](repeating: 7, count: Int(OutputStore.maximumBytes / 2))
            for index in 0..<3 {
                let at = moment + .seconds(Int64(index))
                try await store.store(large, of: "o#\(index)#1", named: "hook", from: "mi-2", at: at)
            }
            #expect(try await store.list(node: "mi-2").map(\.order) == ["o#2#1", "o#1#1"])

            let later = moment + OutputStore.lifetime + .seconds(200)
            try await store.store([1], of: "o#9#1", named: "apt", from: "mi-3", at: later)
            #expect(try await names(store, "mi-2").isEmpty)
            #expect(try await names(store, "mi-3") == ["o#9#1 apt 1"])
        }
    }
}
