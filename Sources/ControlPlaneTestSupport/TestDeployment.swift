package import ControlPlane
package import DurableStreams
import FoundationEssentials
import Schema
package import TestSupport

/// What outlives a control plane's process: the database, the order key, the workflow files and the time.
package struct TestDeployment: Sendable {
    /// What every test's databases are sealed with.
    package static let sealKey = SealKey()

    package let database: TestDatabase
    package let orderKey: OrderSigningKey
    package var orderKeys: OrderKeys
    package let workflows: WorkflowLibrary
    package let clock: TestClock

    /// Runs the body with a deployment of its own on a migrated database, and removes it afterwards.
    ///
    /// - Parameter workflow: the text of its only workflow, which may name the documents that the repository ships; nil for the
    ///   workflows that it ships, too.
    package static func with<Value>(
        workflow: String? = nil,
        _ body: (TestDeployment) async throws -> Value
    ) async throws -> Value {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        do {
            let orderKey = OrderSigningKey()
            let deployment = Self(
                database: database,
                orderKey: orderKey,
                orderKeys: OrderKeys(orderKey),
                workflows: try library(workflow),
                clock: TestClock()
            )
            let value = try await body(deployment)
            try await database.drop()
            return value
        } catch {
            try await database.drop()
            throw error
        }
    }

    /// The same deployment with another workflow in the place of those it had.
    package func reloaded(workflow: String) throws -> Self {
        Self(
            database: database,
            orderKey: orderKey,
            orderKeys: orderKeys,
            workflows: try Self.library(workflow),
            clock: clock
        )
    }

    /// The same deployment, whose orders are signed by what these keys are at the time.
    package func with(orderKeys: OrderKeys) -> Self {
        var other = self
        other.orderKeys = orderKeys
        return other
    }

    // MARK: - Steps

    private static func library(_ workflow: String?) throws -> WorkflowLibrary {
        guard let workflow else { return try WorkflowLibrary(folder: Repository.root + "/workflows") }
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a leftover in the temporary place harms nobody
        try Data(workflow.utf8).write(to: URL(filePath: folder + "/workflow.yaml"))
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/hooks",
            withDestinationPath: Repository.root + "/workflows/hooks"
        )
        return try WorkflowLibrary(folder: folder)
    }
}

/// Where the sources of the tests are.
package enum Repository {
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
}
