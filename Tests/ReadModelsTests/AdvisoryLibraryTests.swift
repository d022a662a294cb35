import AgentProtocol
import ControlPlaneTestSupport
import Domain
import Postgres
import ReadModels
import Testing

@Suite("The advisories at hand", .serialized, .timeLimit(.minutes(10)))
struct AdvisoryLibraryTests {
    private static func advisory(_ id: String, _ product: String, fixedIn version: String) -> Advisory {
        Advisory(
            id: id,
            source: .debian,
            title: "t",
            classification: "security",
            severityWord: "high",
            fixes: [FixedPackage(product: product, name: "zlib", version: version, isSource: true)]
        )
    }

    private static func set(_ version: String) -> PackageSet {
        let patch = Patch(name: "zlib", architecture: "amd64", version: "1")
        return PackageSet(release: SystemRelease(platform: "debian", version: version), packages: [.init(patch: patch)])
    }

    private static func ids(_ version: String, _ library: AdvisoryLibrary) async throws -> [String]? {
        let set = set(version)
        return try await library.index(of: [set.release]).findings(for: set)?.map(\.advisory.id)
    }

    @Test("Each release finds its own, before and after further imports, and one that none speaks of has none known")
    func releases() async throws {
        try await withControlPlane { controlPlane in
            let library = controlPlane.content.advisories
            #expect(try await library.lastImport() == 0)
            #expect(try await Self.ids("12", library) == nil)
            try await controlPlane.imported([
                Self.advisory("DSA-1", "bookworm", fixedIn: "2"), Self.advisory("DSA-2", "trixie", fixedIn: "2"),
            ])
            #expect(try await library.lastImport() == 1)
            #expect(try await Self.ids("12", library) == ["DSA-1"])
            #expect(try await Self.ids("13", library) == ["DSA-2"])
            #expect(try await Self.ids("12", library) == ["DSA-1"])
            #expect(try await Self.ids("11", library) == nil)
            try await controlPlane.imported([Self.advisory("DSA-3", "bookworm", fixedIn: "3")])
            #expect(try await Self.ids("12", library) == ["DSA-1", "DSA-3"])
            #expect(try await Self.ids("13", library) == ["DSA-2"])
        }
    }

    @Test("One that cannot be read keeps no read model from going on, and whoever asks for all is told")
    func unreadable() async throws {
        try await withControlPlane { controlPlane in
            let library = controlPlane.content.advisories
            try await controlPlane.imported([
                Self.advisory("DSA-1", "bookworm", fixedIn: "2"), Self.advisory("DSA-2", "bookworm", fixedIn: "3"),
            ])
            let spoil = SQL("spoil", "UPDATE advisory_version SET body = '{}' WHERE id = $1")
            _ = try await controlPlane.client.query(spoil(.text("DSA-1")))
            #expect(try await Self.ids("12", library) == ["DSA-2"])
            let release = Self.set("12").release
            let problem = await #expect(throws: Problem.self) { try await library.wholeIndex(of: [release]) }
            #expect(problem?.code == "advisory-unreadable")
        }
    }
}
