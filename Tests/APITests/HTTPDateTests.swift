import Testing
import Time

@testable import API

@Suite("The time in HTTP's headers")
struct HTTPDateTests {
    @Test(
        "It is written as RFC 9110 has it",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"), (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ]
    )
    func text(seconds: Int64, text: String) {
        #expect(HTTPDate(Timestamp(microseconds: seconds * 1_000_000)).description == text)
    }
}
