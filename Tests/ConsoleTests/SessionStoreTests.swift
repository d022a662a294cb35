import Domain
import Testing
import Time

@testable import Console

/// How long a session lasts.
@Suite("Sessions")
struct SessionStoreTests {
    private static let start = Timestamp(microseconds: 1_767_225_600_000_000)
    private static let actor = ConsoleActor(name: "ana", principal: .nobody)

    @Test("A session ends after half an hour without a request, and after eight hours whatever happens")
    func end() throws {
        let store = SessionStore()
        let id = store.begin(Self.actor, at: Self.start)
        var now = Self.start
        for _ in 0..<16 {
            #expect(store.session(id, isPerson: true, at: now)?.actor == Self.actor)
            now = now + .seconds(1_799)
        }
        #expect(store.session(id, isPerson: true, at: Self.start + .seconds(8 * 3_600)) == nil)
        let idle = store.begin(Self.actor, at: Self.start)
        #expect(store.session(idle, isPerson: false, at: Self.start + .seconds(1_799)) != nil)
        #expect(store.session(idle, isPerson: true, at: Self.start + .seconds(1_800)) == nil)
        #expect(store.session(idle, isPerson: true, at: Self.start) == nil)
    }

    @Test("An id is nobody's that was not given, and each is another")
    func ids() {
        let store = SessionStore()
        let ids = Set((0..<20).map { _ in store.begin(Self.actor, at: Self.start) })
        #expect(ids.count == 20)
        #expect(ids.allSatisfy { $0.utf8.count == 64 })
        #expect(store.session("guess", isPerson: true, at: Self.start) == nil)
    }

    @Test("Beyond the capacity the one that was idle longest is ended")
    func capacity() {
        let store = SessionStore()
        let first = store.begin(Self.actor, at: Self.start)
        let second = store.begin(Self.actor, at: Self.start + .seconds(1))
        for number in 2...SessionStore.capacity {
            _ = store.begin(Self.actor, at: Self.start + .seconds(2 + number / 1_000))
        }
        #expect(store.session(first, isPerson: true, at: Self.start + .seconds(4)) == nil)
        #expect(store.session(second, isPerson: true, at: Self.start + .seconds(4)) != nil)
    }
}
