import Testing

@testable import SSMAPI

@Suite("Pages") struct PageTokenTests {
    @Test("Pages of any size have every item once, in order, and the last has no token", arguments: [1, 2, 3, 6, 7, 8])
    func pages(size: Int) throws {
        let items = ["a", "b", "c/d", "e f", "g", "é", "ü"]
        var (seen, token): ([String], String?) = ([], nil)
        repeat {
            let page = try PageToken.page("List", items, by: \.self, after: token, atMost: size)
            #expect(page.items.count <= size && !page.items.isEmpty)
            seen += page.items
            token = page.next
        } while token != nil && seen.count < 100
        #expect(seen == items)
    }

    @Test("No page is empty, whatever its size", arguments: [0, -1, Int.min])
    func noSize(size: Int) throws {
        let page = try PageToken.page("List", ["a", "b"], by: \.self, after: nil, atMost: size)
        #expect(page.items == ["a"] && page.next == PageToken.make("List", last: "a"))
    }

    @Test("A token counts for its own operation alone")
    func foreign() throws {
        let token = PageToken.make("List", last: "a")
        #expect(try PageToken.last("List", token) == "a")
        #expect(try PageToken.last("List", "") == nil)
        for wrong in [PageToken.make("Describe", last: "a"), PageToken.make("List", last: "\0"), "a", "%%%", "/w=="] {
            #expect(throws: SSMError("InvalidNextToken", "The specified token is not valid.")) {
                try PageToken.last("List", wrong)
            }
        }
    }
}
