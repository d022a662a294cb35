/// A value with its name, as pages list them.
struct Fact: Sendable {
    var name: String
    var value: String
}
