import FoundationEssentials
import PatchStreams
import Testing

@testable import SSMAPI

@Suite("Shapes of requests") struct ShapeTests {
    private let shape = Shape.structure([
        .required("Name", .text(3...128, .name)), .optional("MaxResults", .integer(1...100)),
        .optional("Level", .word(["HIGH", "LOW"])), .optional("Ids", .list(.text(1...5), 0...2)),
        .optional("Replace", .boolean),
        .optional("Group", .structure([.required("Key", .text(1...5))])),
    ])

    private func refusal(_ members: [String: JSONValue]) -> SSMError? {
        do throws(SSMError) {
            try shape.check(.object(members))
            return nil
        } catch {
            return error
        }
    }

    @Test("What the model allows passes, with members that it does not know")
    func fits() {
        #expect(refusal(["Name": .text("web-1_x.y")]) == nil)
        let whole: [String: JSONValue] = [
            "Name": .text("web"), "MaxResults": .integer(100), "Level": .text("LOW"), "Ids": .list([.text("a")]),
            "Replace": .bool(false), "Group": .object(["Key": .text("k")]), "Other": .null,
            "Elsewhere": .integer(1),
        ]
        #expect(refusal(whole) == nil)
        #expect(refusal(["Name": .text("web"), "MaxResults": .null]) == nil)
    }

    @Test("A list is as long as the model says, and where it says nothing, a thousand")
    func lengths() throws {
        func count(_ bounds: ClosedRange<Int>, _ count: Int) -> Bool {
            let shape = Shape.structure([.required("Items", .list(.boolean, bounds))])
            do throws(SSMError) {
                try shape.check(.object(["Items": .list(Array(repeating: .bool(true), count: count))]))
                return true
            } catch {
                return false
            }
        }
        #expect(count(Shape.any, 1_000) && !count(Shape.any, 1_001))
        #expect(count(0...10_000, 10_000) && !count(0...10_000, 10_001))
        #expect(!count(1...3, 0) && count(1...3, 3) && !count(1...3, 4))
    }

    @Test("All violations are told at once, each with its place")
    func violations() {
        let found = refusal([
            "Name": .text("é"), "MaxResults": .integer(0), "Level": .text("MIDDLE"),
            "Ids": .list([.text(""), .text("abcdef"), .text("b")]), "Group": .object([:]),
        ])
        #expect(found?.code == "ValidationException")
        let message = found?.message ?? ""
        #expect(message.hasPrefix("8 validation errors detected: Value 'é' at 'name' failed to satisfy constraint: "))
        for text in [
            "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
            "Value 'MIDDLE' at 'level' failed to satisfy constraint: Member must satisfy enum value set: [HIGH, LOW]",
            "Value '[3 members]' at 'ids' failed to satisfy constraint: Member must have length less than or equal to 2",
            "Value 'abcdef' at 'ids.2.member' failed to satisfy constraint: Member must have length less than or equal to 5",
            "Value null at 'group.key' failed to satisfy constraint: Member must not be null",
        ] {
            #expect(message.contains(text), "\(text) is not in \(message)")
        }
        #expect(
            refusal([:])?.message
                == "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"
        )
    }

    @Test(
        "Another type is no violation but no request at all",
        arguments: [
            ("Name", JSONValue.integer(1)), ("MaxResults", .text("1")), ("MaxResults", .number(1.5)),
            ("Replace", .text("true")), ("Ids", .object([:])), ("Group", .list([])),
        ]
    )
    func types(name: String, value: JSONValue) {
        let members = ["Name": .text("web")].merging([name: value]) { _, new in new }
        #expect(refusal(members)?.code == "SerializationException")
    }

    @Test(
        "A member whose first letter is in the wrong case, which would be decoded unchecked, is no request",
        arguments: [
            ["maxResults": JSONValue.integer(-1)], ["maxResults": .null], ["name": .text("web")],
            ["MaxResults": .integer(1), "maxResults": .integer(-1)], ["Group": .object(["key": .text("k")])],
            ["Group": .object(["Key": .text("k"), "key": .integer(1)])],
        ]
    )
    func spelling(members: [String: JSONValue]) {
        let whole = members.merging(["Name": .text("web")]) { first, _ in first }
        #expect(refusal(whole)?.code == "SerializationException")
    }

    @Test("A member that the model has in lower case is spelled so")
    func lowerCase() throws {
        let legacy = Shape.structure([.required("key", .text(1...5))])
        try legacy.check(.object(["key": .text("k")]))
        #expect(throws: SSMError.serialization("the request has a member Key, which is spelled key")) {
            try legacy.check(.object(["Key": .text("")]))
        }
        for body in [#"{"maxResults":-1}"#, #"{"maxResults":0}"#] {
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(body.utf8))
            for operation in ["DescribePatchBaselines", "DescribeInstanceInformation"] {
                let input = try #require(OperationTable()[operation]).input
                #expect(throws: SSMError.self, "\(operation) \(body)") { try input.check(value) }
            }
        }
    }

    @Test("A list that the model leaves open has an end, too, behind which nothing would be checked")
    func openList() throws {
        let open = Shape.list(.text(1...5), Shape.any)
        let most = [JSONValue](repeating: .text("a"), count: 1_000)
        try open.check(.list(most))
        let text =
            "1 validation error detected: Value '[1001 members]' at 'input' failed to satisfy constraint: Member must have "
            + "length less than or equal to 1000"
        #expect(throws: SSMError.validation(text)) { try open.check(.list(most + [.text("abcdefg")])) }
    }

    @Test("Patterns are those of the model")
    func patterns() {
        #expect(["AL2023-early", "a b:c/d=e+f@g", "Zürich ٣", ""].allSatisfy(Shape.Pattern.tag.matches))
        #expect(!["a*b", "a,b", "a\nb", "a\u{0}"].contains(where: Shape.Pattern.tag.matches))
        #expect(
            ["mi-0123456789abcdef0", "i-01234567", "i-0123456789abcdef0"].allSatisfy(Shape.Pattern.instanceID.matches)
        )
        #expect(
            !["mi-01234567", "i-", "web", "i-0123456789abcdef01", "xi-01234567", "i-0123-567"].contains(
                where: Shape.Pattern.instanceID.matches
            )
        )
    }
}
