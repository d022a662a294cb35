import Client
import ControlPlane
import ControlPlaneTestSupport
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Synchronization
import Testing
import Time

@testable import Console

/// Signing in at an identity provider that the test runs, over HTTP.
@Suite("Signing in to the console at an identity provider", .timeLimit(.minutes(20)))
struct ProviderSignInTests {
    private static let cookie = "ringmaster-signing-in"

    @Test("The browser goes there, comes back with a code, and is in, with the roles of its groups")
    func signIn() async throws {
        try await TestProvider.with { provider in
            try await TestConsole.with(provider: provider) { console in
                let form = try await console.get("/console/login?next=/console/fleet").text
                #expect(form.contains("href=\"/console/login/provider?next=%2Fconsole%2Ffleet\""))
                let begun = try await console.get("/console/login/provider?next=/console/fleet")
                #expect(begun.status == .seeOther)
                let ticket = try #require(begun.headers[.setCookie])
                #expect(ticket.contains("HttpOnly") && ticket.contains("SameSite=Lax"))
                let query = try await provider.authorize(try #require(begun.headers[.location]))
                let ended = try await console.get(
                    "/console/login/return?\(query)",
                    cookie: console.sent(begun, Self.cookie)
                )
                #expect(ended.status == .ok, "\(ended.text)")
                #expect(ended.text.contains("http-equiv=\"refresh\" content=\"0;url=/console/fleet\""))
                #expect(console.sent(ended, Self.cookie) == "\(Self.cookie)=")
                let session = try #require(console.sent(ended, "ringmaster"))
                #expect(ended.headers[values: .setCookie].contains { $0.contains("SameSite=Strict") })
                let page = try await console.get("/console", cookie: session)
                #expect(page.status == .ok && page.text.contains(">ana<"))
                let signedOut = try await console.post(
                    "/console/logout",
                    ["form-token": try await console.formToken(session)],
                    cookie: session
                )
                #expect(signedOut.status == .seeOther)
                #expect(try await console.get("/console", cookie: session).status == .seeOther)
            }
        }
    }

    /// What is done wrong, what the page says, and what the audit has.
    struct Wrong: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var says: String
        var code: String
        var mischief = TestProvider.Mischief()
        /// What becomes of the browser's answer.
        var answer: @Sendable (String) -> String = { $0 }
        var hasTicket = true
    }

    private static let wrongs: [Wrong] = {
        func mischief(_ change: (inout TestProvider.Mischief) -> Void) -> TestProvider.Mischief {
            var mischief = TestProvider.Mischief()
            change(&mischief)
            return mischief
        }
        func wrong(_ name: String, _ says: String, _ change: (inout TestProvider.Mischief) -> Void) -> Wrong {
            Wrong(testDescription: name, says: says, code: "unauthenticated", mischief: mischief(change))
        }
        return [
            wrong("another nonce", "of another sign-in, by its nonce") { $0.nonce = "another" },
            wrong("another audience", "is not for ringmaster-console") { $0.audience = "\"another\"" },
            wrong("an audience of the machines", "is not for ringmaster-console") { $0.audience = "\"ringmaster\"" },
            wrong("made for another", "made for another than") { $0.audience = "[\"another\",\"ringmaster-console\"]" },
            wrong("another issuer", "of another issuer") { $0.issuer = "https://evil.example" },
            wrong("a key that is not the provider's", "its signature") { $0.isSignedByAnother = true },
            Wrong(
                testDescription: "an expired code",
                says: "did not take the code",
                code: "code-not-taken",
                mischief: mischief { $0.isCodeExpired = true }
            ),
            Wrong(
                testDescription: "no role",
                says: "has no role here",
                code: "no-role",
                mischief: mischief { $0.groups = "[]" }
            ),
            Wrong(
                testDescription: "another state",
                says: "belongs to another sign-in",
                code: "foreign-sign-in",
                answer: { $0.replacing(#/state=[0-9a-f]+/#, with: "state=" + String(repeating: "0", count: 64)) }
            ),
            Wrong(
                testDescription: "no state",
                says: "belongs to another sign-in",
                code: "foreign-sign-in",
                answer: { $0.replacing(#/&state=[0-9a-f]+/#, with: "") }
            ),
            Wrong(
                testDescription: "another provider's answer",
                says: "of another provider",
                code: "foreign-provider",
                answer: { $0 + "&iss=https%3A%2F%2Fevil.example" }
            ),
            Wrong(
                testDescription: "refused there",
                says: "access_denied&lt;b&gt;",
                code: "provider-refused",
                answer: { "error=access_denied%3Cb%3E&" + $0.replacing(#/code=[^&]+&/#, with: "") }
            ),
            Wrong(
                testDescription: "another browser",
                says: "not begun in this browser",
                code: "sign-in-not-begun",
                hasTicket: false
            ),
        ]
    }()

    @Test(
        "Whatever is wrong with what comes back, nobody is in, the page says why, and the audit has it",
        arguments: wrongs
    )
    func refused(wrong: Wrong) async throws {
        try await TestProvider.with { provider in
            provider.mischief.withLock { $0 = wrong.mischief }
            try await TestConsole.with(provider: provider) { console in
                let begun = try await console.get("/console/login/provider")
                let query = wrong.answer(try await provider.authorize(try #require(begun.headers[.location])))
                let ended = try await console.get(
                    "/console/login/return?\(query)",
                    cookie: wrong.hasTicket ? console.sent(begun, Self.cookie) : nil
                )
                #expect(ended.status == .forbidden)
                #expect(ended.text.contains(wrong.says), "\(ended.text)")
                #expect(console.sent(ended, "ringmaster") == nil)
                #expect(console.sent(ended, Self.cookie) == "\(Self.cookie)=")
                try await console.controlPlane.settle()
                let audit = try await console.controlPlane.services.audit.latest(5, month: nil)
                #expect(audit.entries.map(\.entry.code) == [wrong.code])
                #expect(audit.entries.first?.entry.request == "GET /console/login/return")
            }
        }
    }

    @Test("A code counts once, and a sign-in for ten minutes")
    func once() async throws {
        try await TestProvider.with { provider in
            try await TestConsole.with(provider: provider) { console in
                let begun = try await console.get("/console/login/provider")
                let ticket = console.sent(begun, Self.cookie)
                let query = try await provider.authorize(try #require(begun.headers[.location]))
                #expect(try await console.get("/console/login/return?\(query)", cookie: ticket).status == .ok)
                let again = try await console.get("/console/login/return?\(query)", cookie: ticket)
                #expect(again.status == .forbidden && again.text.contains("did not take the code"))
                console.controlPlane.clock.skip(.seconds(601))
                let late = try await console.get("/console/login/return?\(query)", cookie: ticket)
                #expect(late.text.contains("more than ten minutes ago"))
            }
        }
    }

    @Test("A provider whose description is another's leads nowhere")
    func foreignDescription() async throws {
        try await TestProvider.with { provider in
            provider.mischief.withLock { $0.discoveredIssuer = "https://evil.example" }
            try await TestConsole.with(provider: provider) { console in
                let begun = try await console.get("/console/login/provider")
                #expect(begun.status == .serviceUnavailable)
                #expect(begun.headers[.location] == nil)
                #expect(begun.text.contains("identity-provider-unavailable"))
            }
        }
    }

    @Test("Who fails again and again has to wait, and is not led out of the console afterwards")
    func limits() async throws {
        // Stands still from then on, however long the failures take.
        let still = Mutex<Timestamp?>(nil)
        let clock = {
            @Sendable in
            still.withLock(\.self) ?? Timestamp(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        }
        try await TestProvider.with { provider in
            try await TestConsole.with(provider: provider, now: clock) { console in
                let begun = try await console.get("/console/login/provider?next=https://evil.example/")
                let query = try await provider.authorize(try #require(begun.headers[.location]))
                let ended = try await console.get(
                    "/console/login/return?\(query)",
                    cookie: console.sent(begun, Self.cookie)
                )
                #expect(ended.text.contains("content=\"0;url=/console\""))
                let moment = clock()
                still.withLock { $0 = moment }
                // Another site can make a browser do so.
                for _ in 1...9 {
                    #expect(try await console.get("/console/login/return?code=1").status == .forbidden)
                }
                for _ in 1...5 {
                    let begun = try await console.get("/console/login/provider")
                    let place = try #require(begun.headers[.location].flatMap { URLComponents(string: $0) })
                    let state = try #require(place.queryItems?.first { $0.name == "state" }?.value)
                    let refused = try await console.get(
                        "/console/login/return?code=guessed&state=\(state)",
                        cookie: console.sent(begun, Self.cookie)
                    )
                    #expect(refused.status == .forbidden)
                }
                #expect(try await console.get("/console/login/provider").status == .tooManyRequests)
            }
        }
    }

    @Test("Without a provider nothing leads there")
    func none() async throws {
        try await TestConsole.with { console in
            let form = try await console.get("/console/login")
            #expect(!form.text.contains("login/provider"))
            let other = try await console.get("/console/login/provider")
            #expect(other.headers[.location]?.contains("/login?") == true)
        }
    }
}
