import Foundation
import HostAgent
import Testing

@Suite("The state of a package")
struct PackageStateTests {
    @Test(
        "is compared in the order of its kind of packages",
        arguments: [(PackageFormat.rpm, "1.0^git1", "1.0.1"), (.deb, "1.0.1", "1.0^git1")]
    )
    func order(format: PackageFormat, lower: String, higher: String) {
        #expect(state(higher, format).has(lower) && state(higher, format).has(higher))
        #expect(!state(lower, format).has(higher))
    }

    @Test("of an older journal is one of dpkg's")
    func older() throws {
        let json = """
            {"name": "acme", "architecture": "all", "version": "1.0.1", "isConfigured": true, "isHeld": false}
            """
        let state = try JSONDecoder().decode(PackageState.self, from: Data(json.utf8))
        #expect(!state.has("1.0^git1"))
    }

    private func state(_ version: String, _ format: PackageFormat) -> PackageState {
        PackageState(
            name: "acme",
            architecture: "noarch",
            version: version,
            isConfigured: true,
            isHeld: false,
            format: format
        )
    }
}
