/// An entry of an approved or rejected list: `name`, `name.arch`, `name=version` or `name.arch=version`, with `*` and `?`.
package struct PatchPattern: Equatable, Sendable {
    private let name: Glob
    private let version: Glob?

    package init(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        name = Glob(String(parts[0]))
        version = parts.count > 1 ? Glob(String(parts[1])) : nil
    }

    package func matches(_ patch: Patch) -> Bool {
        (name.matches(patch.name) || name.matches("\(patch.name).\(patch.architecture)"))
            && (version?.matches(patch.version) ?? true)
    }
}
