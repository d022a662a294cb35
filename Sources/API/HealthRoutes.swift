import HTTPTypes
import Hummingbird
import NIOCore

/// Whether the process runs (`/healthz`) and can do its work (`/readyz`: 503 with the reasons when it cannot, remarks behind `ready`
/// when it can).
struct HealthRoutes: Sendable {
    let readiness: @Sendable () async -> [String]
    let remarks: @Sendable () -> [String]

    func add(to router: Router<BasicRequestContext>) {
        router.get("/healthz") { _, _ in "ok\n" }
        router.get("/readyz") { _, _ in
            let problems = await readiness()
            let status: HTTPResponse.Status = problems.isEmpty ? .ok : .serviceUnavailable
            let lines = problems.isEmpty ? ["ready"] + remarks() : problems
            let text = lines.map { $0 + "\n" }.joined()
            return Response(status: status, body: .init(byteBuffer: ByteBuffer(string: text)))
        }
    }
}
