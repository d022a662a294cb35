/// Does the work for every item, two at a time: each waits for its disk most of the time.
func inPairs<Item: Sendable>(
    _ items: [Item],
    _ work: @escaping @Sendable (Item) async throws -> Void
) async throws {
    var remaining = items[...]
    try await withThrowingTaskGroup(of: Void.self) { group in
        for item in remaining.prefix(2) { group.addTask { try await work(item) } }
        remaining = remaining.dropFirst(2)
        while try await group.next() != nil {
            guard let item = remaining.popFirst() else { continue }
            group.addTask { try await work(item) }
        }
    }
}
