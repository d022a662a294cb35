import AWSSignature
import AgentProtocol
import HostAgent
import TestSupport
import Time

extension MonoHost {
    static let role = AWSCredentials(accessKeyID: "RMRC1", secretAccessKey: "secret", sessionToken: "token")

    /// Runs the body with a host that has compiled the one-shot, and a control plane that knows its role.
    static func with(
        _ updates: [Update],
        _ body: @Sendable @escaping (MonoHost, FakeControlPlane) async throws -> Void
    ) async throws {
        let host = try MonoHost(updates)
        try await host.compile()
        try await FakeControlPlane.with { plane in
            await plane.give(role)
            try await body(host, plane)
        }
    }

    func start(
        at plane: FakeControlPlane,
        by role: AWSCredentials = MonoHost.role,
        orderKey: String? = nil
    ) async throws -> Run {
        try await start(
            [
                "AWS_SSM_INSTANCE_ID": Orders.node, "AWS_SSM_REGION_NAME": "lab-1",
                "RINGMASTER_SERVER": await plane.url, "RINGMASTER_ORDER_KEY": orderKey ?? plane.orderKey,
            ],
            accessKey: role.accessKeyID,
            secret: role.secretAccessKey,
            token: role.sessionToken ?? ""
        )
    }
}

extension MonoHost.Update {
    /// Takes effect by a reboot, after which the build is another.
    static let cumulative = {
        var update = MonoHost.Update("5036909", title: "2026-01 Cumulative Update for Windows Server 2022")
        (update.reboots, update.moves) = (true, 48)
        return update
    }()

    static let plain = MonoHost.Update("5039217")
}

extension FakeControlPlane {
    var installed: InstallResult? {
        if case .installed(let result) = reports.last?.fact { result } else { nil }
    }
}

extension Orders {
    /// An order by the real clock.
    static func installNow(_ updates: [MonoHost.Update], hooks: Order.Hooks? = nil) -> Order {
        let patches = updates.map { patch("KB\($0.kb)", $0.version, architecture: "amd64") }
        var order = install(patches).inTime
        if hooks != nil { (order.version, order.hooks) = (2, hooks) }
        return order
    }

    /// The same, to run a document.
    static func run(_ steps: [Order.Step], id: String = "rollout-1#0#1") -> Order {
        var order = scan(id: id).inTime
        (order.version, order.work) = (2, .run(Order.Document(name: "doc", steps: steps)))
        return order
    }
}

extension Order {
    /// With its times around the real clock's.
    var inTime: Order {
        let now = SystemClock.now()
        var order = self
        (order.issued, order.expires) = (now, now + .seconds(3_600))
        order.window = Window(
            opens: now - .seconds(60),
            cutoff: now + .seconds(3_600),
            closes: now + .seconds(7_200)
        )
        return order
    }
}
