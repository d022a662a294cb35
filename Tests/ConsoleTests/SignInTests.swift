import ControlPlaneTestSupport
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing
import Time

@testable import Console

/// Who gets in, and what proves that a form is ours.
@Suite("Signing in to the console")
struct SignInTests {
    @Test("A page leads to the sign-in and back; the browser keeps the session away from scripts and other sites")
    func signIn() async throws {
        try await TestConsole.with { console in
            let wall = try await console.get("/console/fleet?site=London")
            #expect(wall.status == .seeOther)
            #expect(wall.headers[.location] == "/console/login?next=%2Fconsole%2Ffleet%3Fsite%3DLondon")
            #expect(try await console.get("/console/login").text.contains("name=\"token\""))
            let answer = try await console.signIn(next: "/console/fleet?site=London")
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/console/fleet?site=London")
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/;"))
            #expect(!cookie.contains("Secure"))
            let session = String(cookie.prefix { $0 != ";" })
            let page = try await console.get("/console", cookie: session)
            #expect(page.status == .ok)
            #expect(page.text.contains(">ana<"))
            #expect(try await console.get("/console/login", cookie: session).headers[.location] == "/console")
        }
    }

    @Test("Over TLS the cookie is for this host over TLS alone")
    func secureCookie() async throws {
        try await TestConsole.with(isSecure: true) { console in
            let answer = try await console.post(
                "/console/login",
                ["token": TestConsole.token, "name": "ana"],
                origin: "https://localhost"
            )
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasPrefix("__Host-ringmaster=") && cookie.hasSuffix("; Secure"))
        }
    }

    @Test("A wrong token is refused, and after five from one address the next has to wait")
    func wrongToken() async throws {
        // Stands still, however long the sign-ins take.
        let clock = Mutex(Timestamp(microseconds: 1_795_000_000_000_000))
        try await TestConsole.with(now: { clock.withLock(\.self) }) { console in
            for _ in 0..<5 {
                let answer = try await console.signIn("guessed")
                #expect(answer.status == .forbidden)
                #expect(answer.headers[.setCookie] == nil)
                #expect(answer.text.contains("not one that the control plane knows"))
            }
            let answer = try await console.signIn()
            #expect(answer.status == .tooManyRequests)
            #expect(answer.headers[.retryAfter] != nil)
            clock.withLock { $0 = $0 + .seconds(31) }
            #expect(try await console.signIn().status == .seeOther)
        }
    }

    @Test("A session ends with what the person signed in with")
    func revoked() async throws {
        let isCurrent = Mutex(true)
        try await TestConsole.with(isCurrent: { isCurrent.withLock(\.self) }) { console in
            let cookie = try await console.session()
            #expect(try await console.get("/console", cookie: cookie).status == .ok)
            isCurrent.withLock { $0 = false }
            #expect(try await console.get("/console", cookie: cookie).status == .seeOther)
            isCurrent.withLock { $0 = true }
            #expect(try await console.get("/console", cookie: cookie).status == .seeOther)
        }
    }

    @Test("A name that no decision can be recorded under is refused", arguments: ["", "ana schmidt", "node/1"])
    func badName(name: String) async throws {
        try await TestConsole.with { console in
            let answer = try await console.signIn(name: name)
            #expect(answer.status == .badRequest)
        }
    }

    @Test(
        "After signing in nobody is led out of the console",
        arguments: ["https://evil.example/", "//evil.example", "/api/v1", "/console\\evil"]
    )
    func openRedirect(next: String) async throws {
        try await TestConsole.with { console in
            let answer = try await console.signIn(next: next)
            #expect(answer.headers[.location] == "/console")
        }
    }

    @Test("Forms of other origins, of none and without the session's token are refused")
    func forgery() async throws {
        try await TestConsole.with { console in
            #expect(
                try await console.post("/console/login", ["token": TestConsole.token, "name": "ana"], origin: nil)
                    .status == .forbidden
            )
            let cookie = try await console.session()
            let token = try await console.formToken(cookie)
            for origin in [nil, "null", "https://evil.example", "http://localhost.evil.example"] {
                let answer = try await console.post(
                    "/console/logout",
                    ["form-token": token],
                    cookie: cookie,
                    origin: origin
                )
                #expect(answer.status == .forbidden)
                #expect(answer.text.contains("foreign-origin"))
            }
            for form in [
                [:], ["form-token": ""], ["form-token": try await console.formToken(try await console.session())],
            ] {
                let answer = try await console.post("/console/logout", form, cookie: cookie)
                #expect(answer.status == .forbidden)
                #expect(answer.text.contains("stale-form"))
            }
            #expect(try await console.get("/console", cookie: cookie).status == .ok)
        }
    }

    @Test("Who signs out has no session any more")
    func signOut() async throws {
        try await TestConsole.with { console in
            let cookie = try await console.session()
            let answer = try await console.post(
                "/console/logout",
                ["form-token": try await console.formToken(cookie)],
                cookie: cookie
            )
            #expect(answer.headers[.location] == "/console/login")
            #expect(answer.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await console.get("/console", cookie: cookie).status == .seeOther)
        }
    }

    @Test("A page's script is told that the session is over, and does not keep it alive")
    func script() async throws {
        try await TestConsole.with { console in
            #expect(try await console.get("/console", isScript: true).status == .unauthorized)
            let cookie = try await console.session()
            console.controlPlane.clock.skip(.seconds(29 * 60))
            #expect(try await console.get("/console", cookie: cookie, isScript: true).status == .ok)
            console.controlPlane.clock.skip(.seconds(2 * 60))
            #expect(try await console.get("/console", cookie: cookie, isScript: true).status == .unauthorized)
        }
    }

    @Test("Every answer keeps browsers from loading, framing and guessing")
    func headers() async throws {
        try await TestConsole.with(isSecure: true) { console in
            for target in ["/console/login", "/console", "/console/assets/console.css", "/console/no-such-page"] {
                let headers = try await console.get(target).headers
                let policy = try #require(headers[.contentSecurityPolicy])
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(headers[.xContentTypeOptions] == "nosniff")
                #expect(headers[.strictTransportSecurity]?.hasPrefix("max-age=") == true)
                #expect(headers[try #require(HTTPField.Name("Referrer-Policy"))] == "same-origin")
            }
            #expect(try await console.get("/").headers[.location] == "/console")
        }
    }

    @Test("No page has a script or style of its own, which the policy forbids")
    func noInlineCode() async throws {
        try await TestConsole.with { console in
            let cookie = try await console.session()
            for page in [
                "", "/cycles", "/fleet", "/trends", "/advisories", "/windows", "/policy", "/evidence", "/activity",
            ] {
                let answer = try await console.get("/console" + page, cookie: cookie)
                #expect(answer.status == .ok, "/console\(page)")
                #expect(!answer.text.contains("<style") && !answer.text.contains(" style="))
                #expect(!answer.text.contains("<script>") && answer.text.firstMatch(of: #/ on[a-z]+="/#) == nil)
            }
        }
    }
}
